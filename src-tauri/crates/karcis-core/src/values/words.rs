//! States and styles kept as words.

/// The word is none of the ones this state or style knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word known here")]
pub struct UnknownWord;

/// Gives an enum the words it is kept as in rows and forms.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// Every variant, in the order they are declared.
            pub const ALL: &'static [$type] = &[$($type::$variant),+];

            /// The word as kept in rows and forms.
            pub const fn as_str(self) -> &'static str {
                match self { $($type::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::values::UnknownWord;

            fn from_str(text: &str) -> Result<$type, $crate::values::UnknownWord> {
                match text { $($word => Ok($type::$variant),)+ _ => Err($crate::values::UnknownWord) }
            }
        }
    };
}
pub(crate) use words;
