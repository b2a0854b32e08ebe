//! "Did you mean…": the nearest of the names that exist.

/// The candidate nearest to `word`, if one is near enough to be a likely slip.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = ((word.chars().count() + 1) / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// `, did you mean …?` ready to be appended to a message, or nothing.
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |name| format!(", did you mean `{name}`?"))
}

/// Edit distance without regard to case, over at most the first 64 characters.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().take(64).flat_map(char::to_lowercase).collect();
    let other: Vec<char> = other.chars().take(64).flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_name_and_strangers_do_not() {
        let names = ["pages.publish", "pages.preview", "widgets.edit"];
        assert_eq!(nearest("pages.publsh", names), Some("pages.publish"));
        assert_eq!(nearest("Pages.Publish", names), Some("pages.publish"));
        assert_eq!(nearest("orders.place", names), None);
        assert_eq!(hint("widget.edit", names), ", did you mean `widgets.edit`?");
    }
}
