//! Worked examples, and those that do not come out.

use chrono::NaiveDateTime;

use crate::organisation::Organisation;
use crate::standards::{Example, Pack};
use crate::time;
use crate::toml_file::Problem;

impl Pack {
    /// Returns the worked examples that do not come out with the office hours and bank holidays of an
    /// organisation. `file` is the file's name in problems.
    #[must_use]
    pub fn wrong_examples(&self, file: &str, organisation: &Organisation) -> Vec<Problem> {
        let wrong = self.examples.iter().filter_map(|example| {
            let (key, message) = self.wrong_example(example, organisation)?;
            let (file, key) = (file.to_owned(), format!("standard.example{key}"));
            Some(Problem { file, line: example.line, key, message })
        });
        wrong.collect()
    }

    /// Returns the key and the message if an example does not come out.
    fn wrong_example(
        &self,
        example: &Example,
        organisation: &Organisation,
    ) -> Option<(&'static str, String)> {
        let rule = self.due_rule(&example.standard).filter(|rule| rule.shares_due_with.is_none());
        let Some((_, counting)) = rule.and_then(|rule| rule.options.into_iter().next()) else {
            let message = format!(
                "`{}` has no time of its own. Give the example to the standard whose due time it shares",
                example.standard
            );
            return Some(("", message));
        };
        let start = time::instant(organisation.zone(), example.start);
        let due = match counting.due(organisation.calendar(counting.calendar), start) {
            Ok(due) => time::local(organisation.zone(), due),
            Err(error) => return Some((".start", error.to_string())),
        };
        (due != example.due).then(|| {
            let message = format!(
                "{} from {} comes out as {}, not {} as written. Correct the example, or the way in which \
                 the promise is counted",
                example.standard,
                to_the_second(example.start),
                to_the_second(due),
                to_the_second(example.due)
            );
            (".due", message)
        })
    }
}

fn to_the_second(local: NaiveDateTime) -> String {
    local.format("%a %-d %b %Y %H:%M:%S").to_string()
}
