//! Whether a log is still the same: every pair of findings, what is found at an offset, and the hash that is stored.

use domain::Finding::{self, BeyondEnd, Differs, GoneByRetention, Matches};
use domain::Verdict::{AnotherLog, GoOn, TailLost};
use domain::{Fingerprint, judge, record_hash};

#[test]
fn every_pair_of_findings_has_its_verdict() {
    let samples = [None, Some(Matches), Some(Differs), Some(GoneByRetention), Some(BeyondEnd)];
    for (last, verdicts) in [
        (None, [GoOn; 5]),
        (Some(Matches), [GoOn; 5]),
        (Some(GoneByRetention), [GoOn; 5]),
        (Some(Differs), [TailLost, TailLost, AnotherLog, TailLost, AnotherLog]),
        (Some(BeyondEnd), [TailLost, TailLost, AnotherLog, TailLost, AnotherLog]),
    ] {
        for (sample, verdict) in samples.into_iter().zip(verdicts) {
            assert_eq!(judge(last, sample), verdict, "last {last:?}, sample {sample:?}");
        }
    }
}

#[test]
fn what_is_found_depends_on_where_the_log_begins_and_ends() {
    let kept = Fingerprint { offset: 5, timestamp_millis: 1_000, hash: 7 };
    let other_hash = Fingerprint { hash: 8, ..kept };
    let other_time = Fingerprint { timestamp_millis: 1_001, ..kept };
    for (start, end, found, finding) in [
        (0, 6, Some(kept), Matches),
        (5, 9, Some(kept), Matches),
        (0, 9, Some(other_hash), Differs),
        (0, 9, Some(other_time), Differs),
        (0, 9, None, GoneByRetention),
        (6, 9, None, GoneByRetention),
        (6, 6, None, GoneByRetention),
        (0, 5, None, BeyondEnd),
        (0, 0, None, BeyondEnd),
    ] {
        let is: Finding = kept.find(start, end, found);
        assert_eq!(is, finding, "{start}..{end} {found:?}");
    }
}

#[test]
fn the_hash_is_fixed_because_it_is_stored() {
    assert_eq!(record_hash(None, None, []), -2_999_268_670_487_533_483);
    let headers = [(&b"source"[..], Some(&b"x"[..])), (b"empty", None)];
    assert_eq!(record_hash(Some(b"17"), Some(b"{}"), headers), -7_291_998_783_752_795_719);
}

#[test]
fn records_that_differ_anywhere_have_another_hash() {
    let none: [(&[u8], Option<&[u8]>); 0] = [];
    let hashes = [
        record_hash(None, None, none),
        record_hash(Some(b""), None, none),
        record_hash(None, Some(b""), none),
        record_hash(Some(b"1"), None, none),
        record_hash(None, Some(b"1"), none),
        record_hash(Some(b"ab"), Some(b"c"), none),
        record_hash(Some(b"a"), Some(b"bc"), none),
        record_hash(None, None, [(&b"a"[..], None)]),
        record_hash(None, None, [(&b"a"[..], Some(&b""[..]))]),
        record_hash(None, None, [(&b"a"[..], None), (b"a", None)]),
    ];
    for (index, hash) in hashes.iter().enumerate() {
        assert!(!hashes[..index].contains(hash), "number {index}");
    }
}
