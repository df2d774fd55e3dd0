//! The owner's second factor: codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds) and recovery codes.
//! Pure but for randomness: the time is an argument, and the database remembers which codes were used.

use crate::password::random_text;
use domain::Timestamp;
use qrcode::QrCode;
use qrcode::render::svg;
use sha2::{Digest, Sha256};
use store::Proof;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
/// A phone's clock may be so many steps off.
const STEPS_OFF_MAX: u16 = 1;
/// Recovery codes that are made at once.
pub const RECOVERY_CODES: usize = 10;
/// 80 bits.
const RECOVERY_CHARS: usize = 16;
const GROUP_CHARS: usize = 4;
/// The side of the picture, in pixels.
const PICTURE_PIXELS_MIN: u32 = 220;

/// A new secret in Base32.
///
/// # Errors
/// When the machine has no randomness.
pub fn new_secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(Secret::from(bytes.to_vec()).to_base32())
}

/// The time step of a code; `None` where it is not one of about now.
#[must_use]
pub fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|char| !char.is_whitespace()).collect();
    if digits.len() != usize::from(DIGITS) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.micros() / 1_000_000).ok()?;
    totp(secret)?.check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
}

/// What a typed code proves, if it is a code at all: a recovery code is looked up when it is used.
#[must_use]
pub fn proof_of(secret: &str, typed: &str, now: Timestamp) -> Option<Proof> {
    match step_of(secret, typed, now) {
        Some(step) => Some(Proof::TimeStep(step)),
        None => recovery_code_hash(typed).map(Proof::RecoveryCode),
    }
}

/// New recovery codes as they are shown, and the hash of each.
///
/// # Errors
/// When the machine has no randomness.
pub fn new_recovery_codes() -> Result<(Vec<String>, Vec<String>), getrandom::Error> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let text = random_text(RECOVERY_CHARS)?;
        let groups: Vec<&str> =
            (0..RECOVERY_CHARS).step_by(GROUP_CHARS).filter_map(|at| text.get(at..at + GROUP_CHARS)).collect();
        codes.push(groups.join("-"));
    }
    let hashes = codes.iter().filter_map(|code| recovery_code_hash(code)).collect();
    Ok((codes, hashes))
}

/// The hexadecimal SHA-256 of a recovery code, however it is spaced and in whichever case; `None` where it is none.
fn recovery_code_hash(typed: &str) -> Option<String> {
    let chars: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect();
    let digest = Sha256::digest(chars.as_bytes());
    (chars.len() == RECOVERY_CHARS).then(|| digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The secret as a picture that an authenticator app reads, black on white.
#[must_use]
pub fn picture(secret: &str) -> Option<String> {
    // What the app shows beside its code. Base32 needs no escape in an address.
    let address = format!(
        "otpauth://totp/Pantry:owner?secret={secret}&issuer=Pantry&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    );
    let picture = QrCode::new(address.as_bytes()).ok()?;
    let pixels = PICTURE_PIXELS_MIN;
    Some(picture.render::<svg::Color<'_>>().min_dimensions(pixels, pixels).build())
}

fn totp(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(STEPS_OFF_MAX)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret)
        .build()
        .ok()
}

/// The code of a time, for tests.
#[cfg(test)]
pub(crate) fn code_at(secret: &str, at: Timestamp) -> String {
    totp(secret).unwrap().generate(u64::try_from(at.micros() / 1_000_000).unwrap()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's appendix B: the bytes "12345678901234567890".
    const RFC_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        // The last six of its eight digits.
        for (seconds, code, step) in [
            (59, "287082", 1),
            (1_111_111_109, "081804", 37_037_036),
            (1_111_111_111, "050471", 37_037_037),
            (1_234_567_890, "005924", 41_152_263),
            (2_000_000_000, "279037", 66_666_666),
        ] {
            assert_eq!(step_of(RFC_SECRET, code, at(seconds)), Some(step), "at {seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off() {
        let code = code_at(RFC_SECRET, at(1_000_000_020));
        let step = 33_333_334;
        for (seconds, is_accepted) in [
            (1_000_000_020, true),
            (1_000_000_079, true),
            (999_999_990, true),
            (999_999_989, false),
            (1_000_000_080, false),
        ] {
            let expected = is_accepted.then_some(step);
            assert_eq!(step_of(RFC_SECRET, &code, at(seconds)), expected, "at {seconds}");
        }
    }

    #[test]
    fn what_is_no_code_proves_nothing() {
        for typed in ["", "28708", "2870821", "28708x", "２８７０８２", "-28708", "+28708", "abcd-efgh-jkmn"] {
            assert_eq!(proof_of(RFC_SECRET, typed, at(59)), None, "{typed}");
        }
        assert_eq!(proof_of(RFC_SECRET, " 287 082 ", at(59)), Some(Proof::TimeStep(1)));
        assert_eq!(step_of("no secret", "287082", at(59)), None);
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_spaced() {
        let (codes, hashes) = new_recovery_codes().unwrap();
        assert_eq!((codes.len(), hashes.len()), (RECOVERY_CODES, RECOVERY_CODES));
        for (code, hash) in codes.iter().zip(hashes) {
            assert_eq!(code.len(), 19, "{code}");
            for typed in [code.clone(), code.to_uppercase(), code.replace('-', " "), code.replace('-', "")] {
                assert_eq!(proof_of(RFC_SECRET, &typed, at(59)), Some(Proof::RecoveryCode(hash.clone())), "{typed}");
            }
        }
    }

    #[test]
    fn a_new_secret_has_a_picture_and_codes() {
        let secret = new_secret().unwrap();
        assert_eq!(secret.len(), 32);
        assert!(picture(&secret).unwrap().contains("<svg"));
        assert!(step_of(&secret, &code_at(&secret, at(59)), at(59)).is_some());
    }
}
