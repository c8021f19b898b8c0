//! How a code is written on paper.

/// The code in groups of four from the left, joined by hyphens that are not part of it.
///
/// A code that holds anything but ASCII letters and digits is left as it is: a hyphen of its own could not be
/// told from ours.
pub fn grouped(code: &str) -> String {
    if !is_groupable(code) {
        return code.to_owned();
    }
    let groups: Vec<String> =
        code.as_bytes().chunks(4).map(|group| group.iter().copied().map(char::from).collect()).collect();
    groups.join("-")
}

/// The grouped code on two lines, broken between groups so that no line is longer than need be.
pub(crate) fn on_two_lines(code: &str) -> (String, String) {
    let half =
        if is_groupable(code) { code.len().div_ceil(2).next_multiple_of(4) } else { code.len().div_ceil(2) };
    let (first, second) = code.split_at(half.min(code.len()));
    (grouped(first), grouped(second))
}

fn is_groupable(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::{grouped, on_two_lines};

    #[test]
    fn a_code_is_grouped_by_four_from_the_left() {
        assert_eq!(grouped("K7M2PQRX"), "K7M2-PQRX");
        assert_eq!(grouped("K7M2PQRXAB"), "K7M2-PQRX-AB");
        assert_eq!(grouped("K7M"), "K7M");
    }

    #[test]
    fn a_code_with_its_own_signs_is_left_alone() {
        assert_eq!(grouped("VC-K7M2PQ"), "VC-K7M2PQ");
    }

    #[test]
    fn two_lines_break_between_groups() {
        assert_eq!(on_two_lines("ABCDEFGHJKLMNPQRTUVW"), ("ABCD-EFGH-JKLM".into(), "NPQR-TUVW".into()));
        assert_eq!(on_two_lines("p@ss.word!"), ("p@ss.".into(), "word!".into()));
    }
}
