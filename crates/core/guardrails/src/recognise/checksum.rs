//! Checksums that numbers of several kinds share.

/// Luhn's sum over digits, ISO/IEC 7812-1 annex B: doubled every second from the right.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The sum of digits times weights.
pub(crate) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// Verhoeff's check (J. Verhoeff, "Error Detecting Decimal Codes", 1969), made from the dihedral
/// group of order ten rather than from its tables.
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    let permuted = |digit: u8, times: usize| (0..times % 8).fold(digit, |d, _| PERMUTED[usize::from(d)]);
    let sum =
        digits.iter().rev().enumerate().fold(0, |sum, (place, digit)| times(sum, permuted(*digit, place)));
    sum == 0
}

const PERMUTED: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Multiplication in the dihedral group: 0 to 4 are turns, 5 to 9 are turned flips.
const fn times(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (5 + a - b) % 5,
    }
}

/// ISO 7064 MOD 11,10 over all digits, the check digit last.
pub(crate) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| {
        let sum = match (u32::from(*digit) + product) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn known_numbers_pass_and_any_other_check_digit_fails() {
        type Check = fn(&[u8]) -> bool;
        let table: [(Check, &str); 4] = [
            (luhn, "4111111111111111"),
            (luhn, "79927398713"),
            (verhoeff, "2363"),
            (mod_11_10, "86095742719"),
        ];
        for (check, number) in table {
            let mut number = digits(number);
            let last = number.len() - 1;
            let right = number[last];
            for digit in 0..10 {
                number[last] = digit;
                assert_eq!(check(&number), digit == right, "{number:?}");
            }
        }
    }
}
