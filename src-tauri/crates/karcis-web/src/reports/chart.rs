//! Bars, drawn as SVG without script or style; the table beneath says the same in numbers.

use crate::format::Format;
use askama::Template;
use karcis_core::values::Money;

/// The most bars that can still be told apart; a longer span is drawn by week or month.
pub(crate) const MOST_BARS: usize = 62;

const WIDTH: i64 = 720;
const HEIGHT: i64 = 240;
const LEFT: i64 = 84;
const RIGHT: i64 = 8;
const TOP: i64 = 12;
const BOTTOM: i64 = 30;
/// Lines across, the one at zero not counted.
const LINES: i64 = 4;

/// One bar: what it stands for and how much.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub(crate) label: String,
    pub(crate) amount: Money,
}

/// A chart ready to be drawn.
#[derive(Debug, Template)]
#[template(path = "reports/_chart.html")]
pub(crate) struct Chart {
    title: String,
    bars: Vec<Bar>,
    lines: Vec<Line>,
    floor: i64,
    right: i64,
    left: i64,
    width: i64,
    height: i64,
}

#[derive(Debug)]
struct Bar {
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    middle: i64,
    label: String,
    /// Every bar has its words for whoever points at it; only some are written beneath.
    says: String,
    labelled: bool,
}

#[derive(Debug)]
struct Line {
    y: i64,
    words: String,
}

impl Chart {
    /// Bars from left to right; amounts below zero stand on the line as nothing.
    pub(crate) fn of(title: impl Into<String>, amounts: &[Amount], format: Format) -> Chart {
        let most = amounts.iter().map(|bar| bar.amount.amount()).max().unwrap_or(0).max(0);
        let step = round_step(most);
        let top = step * LINES;
        let room = HEIGHT - TOP - BOTTOM;
        let height_of = |amount: i64| amount.max(0) * room / top;
        let floor = HEIGHT - BOTTOM;
        let count = i64::try_from(amounts.len()).unwrap_or(1).max(1);
        let slot = (WIDTH - LEFT - RIGHT) / count;
        let every = (count * 64 / (WIDTH - LEFT - RIGHT)).max(0) + 1;
        let bars = (0_i64..).zip(amounts).map(|(place, bar)| {
            let height = height_of(bar.amount.amount());
            let x = LEFT + place * slot;
            Bar {
                x: x + slot / 8,
                y: floor - height,
                width: (slot - slot / 4).max(1),
                height,
                middle: x + slot / 2,
                says: format!("{}: {}", bar.label, format.money(bar.amount)),
                label: bar.label.clone(),
                labelled: place % every == 0,
            }
        });
        let lines = (1..=LINES).map(|line| Line {
            y: floor - height_of(line * step),
            words: format.money(Money::rupiah(line * step)),
        });
        Chart {
            title: title.into(),
            bars: bars.collect(),
            lines: lines.collect(),
            floor,
            right: WIDTH - RIGHT,
            left: LEFT,
            width: WIDTH,
            height: HEIGHT,
        }
    }
}

/// The distance between two lines: 1, 2 or 5 times a power of ten, so that [`LINES`] of them reach over the most.
fn round_step(most: i64) -> i64 {
    let needed = most / LINES + i64::from(most % LINES != 0);
    let mut power = 1;
    loop {
        for times in [1, 2, 5] {
            if times * power >= needed.max(1) {
                return times * power;
            }
        }
        match power.checked_mul(10) {
            Some(next) if next < i64::MAX / 100 => power = next,
            Some(_) | None => return needed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use karcis_core::settings::Language;
    use karcis_core::values::Zone;

    const ID: Format = Format { language: Language::Id, zone: Zone::Wib };

    fn amounts(of: &[i64]) -> Vec<Amount> {
        of.iter()
            .enumerate()
            .map(|(day, amount)| Amount { label: format!("{}", day + 1), amount: Money::rupiah(*amount) })
            .collect()
    }

    #[test]
    fn the_tallest_bar_stays_below_the_highest_line() {
        for most in [0, 1, 5, 999, 1_000, 52_000, 1_234_567, 999_999_999_999] {
            let chart = Chart::of("x", &amounts(&[most, most / 2, 0]), ID);
            let highest = chart.lines.last().unwrap().y;
            assert!(highest >= TOP, "{most}");
            assert!(chart.bars[0].y >= highest, "{most}: {chart:?}");
            assert!(chart.bars.iter().all(|bar| bar.y + bar.height == chart.floor), "{most}");
        }
    }

    #[test]
    fn bars_stay_inside_the_drawing_and_do_not_touch() {
        for count in [1, 7, 31, MOST_BARS] {
            let chart = Chart::of("x", &amounts(&vec![5_000; count]), ID);
            assert_eq!(chart.bars.len(), count);
            assert!(chart.bars.iter().all(|bar| bar.x >= LEFT && bar.x + bar.width <= WIDTH), "{count}");
            for pair in chart.bars.windows(2) {
                assert!(pair[0].x + pair[0].width < pair[1].x, "{count}");
            }
        }
    }

    #[test]
    fn what_was_given_back_does_not_hang_below_the_line() {
        let chart = Chart::of("x", &amounts(&[-5_000, 5_000]), ID);
        assert_eq!((chart.bars[0].height, chart.bars[0].says.as_str()), (0, "1: -Rp 5.000"));
    }
}
