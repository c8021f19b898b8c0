//! What a printer answers to `DLE EOT`, at once and whatever else it is doing.

use crate::status::{Cover, Online, Paper, Status};

/// The questions a printer is asked, in order.
pub(crate) const QUESTIONS: [Question; 4] =
    [Question::Printer, Question::Offline, Question::Error, Question::Paper];

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// Is it online?
    Printer = 1,
    /// Why is it not?
    Offline = 2,
    /// Which error has it?
    Error = 3,
    /// What do its paper sensors see?
    Paper = 4,
}

impl Question {
    /// The bytes that ask it.
    pub(crate) fn bytes(self) -> [u8; 3] {
        [0x10, 0x04, self as u8]
    }
}

/// Whether a byte is an answer: its fixed bits tell it from automatic status and flow control.
pub(crate) fn is_answer(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

/// Adds one answer to what is known.
pub(crate) fn learn(status: &mut Status, question: Question, answer: u8) {
    let says = |bits: u8| answer & bits != 0;
    match question {
        Question::Printer => status.online = if says(0x08) { Online::No } else { Online::Yes },
        Question::Offline => {
            status.cover = if says(0x04) { Cover::Open } else { Cover::Closed };
            if says(0x20) {
                status.paper = Paper::Out;
            }
            status.halted |= says(0x40);
        }
        Question::Error => status.halted |= says(0x68),
        Question::Paper => {
            status.paper = match status.paper {
                Paper::Out => Paper::Out,
                Paper::Ok | Paper::Near | Paper::Unknown if says(0x60) => Paper::Out,
                Paper::Ok | Paper::Near | Paper::Unknown if says(0x0C) => Paper::Near,
                Paper::Ok | Paper::Near | Paper::Unknown => Paper::Ok,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{QUESTIONS, is_answer, learn};
    use crate::SendError;
    use crate::status::{Cover, Online, Paper, Status};

    fn heard(answers: [u8; 4]) -> Status {
        let mut status = Status::UNKNOWN;
        for (question, answer) in QUESTIONS.into_iter().zip(answers) {
            assert!(is_answer(answer), "{answer:08b}");
            learn(&mut status, question, answer);
        }
        status
    }

    #[test]
    fn every_bit_that_matters_is_understood() {
        let well = Status { paper: Paper::Ok, cover: Cover::Closed, online: Online::Yes, halted: false };
        assert_eq!(heard([0x12, 0x12, 0x12, 0x12]), well);
        assert_eq!(heard([0x12, 0x12, 0x12, 0x1E]), Status { paper: Paper::Near, ..well });
        let away = Status { online: Online::No, ..well };
        assert_eq!(heard([0x1A, 0x12, 0x12, 0x12]), away);
        assert_eq!(heard([0x1A, 0x16, 0x12, 0x12]), Status { cover: Cover::Open, ..away });
        assert_eq!(heard([0x1A, 0x32, 0x12, 0x12]), Status { paper: Paper::Out, ..away });
        assert_eq!(heard([0x1A, 0x12, 0x12, 0x72]), Status { paper: Paper::Out, ..away });
        assert_eq!(heard([0x1A, 0x52, 0x1A, 0x12]), Status { halted: true, ..away });
    }

    #[test]
    fn the_trouble_told_is_the_one_a_person_can_see() {
        let trouble = |answers| heard(answers).trouble();
        assert_eq!(trouble([0x12, 0x12, 0x12, 0x1E]), None, "a roll that ends soon still prints");
        assert_eq!(trouble([0x1A, 0x12, 0x12, 0x12]), Some(SendError::Offline));
        assert_eq!(trouble([0x1A, 0x12, 0x12, 0x7E]), Some(SendError::PaperOut));
        assert_eq!(trouble([0x1A, 0x36, 0x12, 0x7E]), Some(SendError::CoverOpen));
        assert_eq!(trouble([0x1A, 0x52, 0x32, 0x12]), Some(SendError::Halted));
        assert_eq!(Status::UNKNOWN.trouble(), None);
    }

    #[test]
    fn other_bytes_a_printer_may_send_are_no_answers() {
        for other in [0x00, 0x0F, 0x10, 0x11, 0x13, 0x14, 0x18, 0x92, 0xFF] {
            assert!(!is_answer(other), "{other:02X}");
        }
    }
}
