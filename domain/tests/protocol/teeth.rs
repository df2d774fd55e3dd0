//! Each rule, left out, shows: a schedule is found that breaks the invariant named with it. And the document names
//! exactly these switches, with the first seed that shows each.

use crate::every_schedule::{FIRST_SEED, story};
use crate::rules::{Rule, Rules, SWITCHES, Switch};
use crate::schedule::violation;
use std::fmt::Write as _;

/// Schedules in which a rule that is left out must show.
const SCHEDULES_MAX: u64 = 20_000;
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/GUARANTEES.md");
const TABLE_BEGINS: &str = "| rule | left out | what happens then | violated | seed |\n";

/// The first schedule that breaks what the switch says.
fn first_seed(switch: &Switch) -> Option<u64> {
    let rules = Rules::without(switch.rule);
    (FIRST_SEED..FIRST_SEED + SCHEDULES_MAX)
        .find(|seed| violation(*seed, rules).is_some_and(|violation| violation.invariant == switch.breaks))
}

#[track_caller]
fn assert_shows(rule: Rule) {
    let switch = SWITCHES.iter().find(|switch| switch.rule == rule).expect("each rule has a switch");
    let shown = first_seed(switch);
    assert!(shown.is_some(), "{rule:?} left out breaks {:?} in none of {SCHEDULES_MAX} schedules", switch.breaks);
    // With all rules the same schedule breaks nothing.
    let seed = shown.unwrap_or_default();
    assert!(violation(seed, Rules::ALL).is_none(), "{}", story(seed, Rules::ALL));
}

/// One test per switch, and proof that none is forgotten.
macro_rules! one_test_per_switch {
    ($($name:ident: $rule:ident,)*) => {
        $(
            #[test]
            fn $name() {
                assert_shows(Rule::$rule);
            }
        )*

        #[test]
        fn every_switch_has_its_test() {
            let tested = [$(Rule::$rule),*];
            assert_eq!(SWITCHES.map(|switch| switch.rule), tested);
        }
    };
}

one_test_per_switch! {
    without_rule_1_events_are_stamped_into_closed_minutes: NotBeforeClosed,
    without_rule_1_a_wait_for_the_lock_stamps_into_closed_minutes: StampUnderLock,
    without_rule_2_an_old_record_counts_its_own_amount: FiguresOfRow,
    without_rule_2_an_unreadable_own_record_keeps_its_row_for_ever: OwnNeverBad,
    without_rule_3_a_crash_between_two_transactions_counts_twice: OneTransaction,
    without_rule_4_a_lost_answer_counts_page_views_twice: RetryId,
    without_rule_4_a_retry_overtakes_its_first_attempt: RetryIdUnique,
    without_rule_5_every_sweep_publishes_the_backlog: SweepBehindBarrier,
    without_rule_6_a_dead_producer_publishes_nothing: NewProducer,
    without_rule_6_clients_of_a_log_that_is_gone_count_nothing: NewLink,
    without_rule_6_records_are_counted_under_two_logs: IdAfterFetch,
    without_rule_7_other_shops_are_counted: OtherShops,
    without_rule_8_overlapping_assignments_count_twice: CompareAndSwap,
    without_rule_9_a_damaged_log_is_counted_twice: LogCheck,
    without_rule_9_a_later_sample_misjudges_a_lost_tail: SampleIsFirst,
    without_rule_9_a_sample_that_is_gone_misjudges_a_lost_tail: GoneIsNoEvidence,
    without_rule_9_a_sample_of_the_log_before_misjudges_a_lost_tail: SampleIsRenewed,
    without_rule_9_a_position_that_moved_meanwhile_moves_back: PositionBeforeEnd,
    without_rule_10_a_marker_keeps_a_minute_open: EndAdvances,
    without_rule_11_a_bad_record_keeps_a_minute_open: BadGoesOn,
    without_rule_11_a_letter_hides_another: LettersByGeneration,
    without_rule_12_a_letter_is_counted_twice: RedriveInOne,
    without_rule_13_the_far_future_is_counted: InRange,
    without_rule_13_own_figures_are_not_those_of_orders: OwnColumns,
    without_rule_14_an_event_slips_in_before_the_closing: CloseInOne,
    without_rule_14_a_count_slips_in_before_the_closing: FiguresWithClosing,
    without_rule_15_a_target_of_a_log_that_is_gone_is_never_reached: TargetVoid,
    without_rule_15_an_end_that_is_gone_is_never_reached: TargetLowered,
    without_rule_15_a_log_that_shrank_counts_as_read: EndBehindPosition,
    without_rule_16_a_slow_commit_is_late: Locks,
    without_rule_16_a_dead_server_holds_all_writers: Timeouts,
    without_rule_17_a_jump_closes_the_future: ClockWatch,
    without_rule_18_closing_is_a_guess: NoBroker,
    without_rule_19_a_file_is_outdated: CompareFiles,
    without_rule_20_unread_records_are_trimmed: TrimBehind,
    without_rule_21_an_answered_event_is_lost: AnswerAfterCommit,
    without_rule_21_a_crash_between_row_and_id_counts_twice: DedupeInOne,
    without_rule_21_an_event_overtakes_its_first_attempt: IdIsKey,
    without_rule_21_an_event_that_counts_is_refused: KnownFirst,
    without_rule_21_an_id_that_is_forgotten_counts_twice: IdsKept,
    without_rule_21_a_new_event_is_taken_for_an_old_one: IdsExpire,
    without_rule_21_a_device_counts_in_the_far_future: IngestInRange,
    without_rule_21_a_late_event_is_own: LateIsForeign,
}

fn table() -> String {
    let mut table = format!("{TABLE_BEGINS}|---|---|---|---|---|\n");
    for switch in &SWITCHES {
        let seed = first_seed(switch).map_or("none".to_owned(), |seed| seed.to_string());
        let Switch { number, rule, left_out, breaks } = switch;
        writeln!(table, "| {number} | `{rule:?}` | {left_out} | `{breaks:?}` | {seed} |").expect("text is written");
    }
    table
}

/// The document's other table begins with words.
fn is_row_of_a_rule(line: &str) -> bool {
    line.strip_prefix("| ").is_some_and(|row| row.starts_with(|first: char| first.is_ascii_digit()))
}

/// The seeds change whenever the model does; what the failure prints is what belongs into the document.
#[test]
fn the_document_has_exactly_this_table() {
    let document = std::fs::read_to_string(DOCUMENT).expect("docs/GUARANTEES.md");
    let table = table();
    assert!(document.contains(&table), "docs/GUARANTEES.md should have this table:\n\n{table}");
    let rows = document.lines().filter(|line| is_row_of_a_rule(line)).count();
    assert_eq!(rows, document.matches(&table).count() * SWITCHES.len(), "rows that no switch stands for");
}
