//! Printing a comparison while it is made, in one of the formats.

use std::io::{self, Write};

use chrono_tz::Tz;
use domain::organisation::Organisation;
use domain::standards::StandardId;

use super::dates::ContactDates;
use super::outcome::Compared;
use super::totals::Totals;
use super::{ReplayArgs, ReplayFormat, Table, csv_tables, json, text};

/// The comparison so far.
pub(super) struct Report<'a> {
    pub(super) args: &'a ReplayArgs,
    sides: &'a [Organisation; 2],
    zone: Tz,
    pub(super) totals: Totals,
    /// The first contacts whose date differs, for the text format.
    pub(super) shown: Vec<ContactDates>,
}

impl<'a> Report<'a> {
    pub(super) fn new(args: &'a ReplayArgs, sides: &'a [Organisation; 2]) -> Self {
        // The organisation is the same on both sides.
        let zone = sides[0].zone();
        Self { args, sides, zone, totals: Totals::new(zone), shown: Vec::new() }
    }

    /// The title of a standard, under A or else under B.
    pub(super) fn title<'r>(&'r self, standard: &'r StandardId) -> &'r str {
        let found = self.sides.iter().find_map(|organisation| organisation.standard(standard));
        found.map_or(standard.as_str(), |standard| &standard.title)
    }

    /// Prints the header, before the first contact.
    pub(super) fn begin(&self, out: &mut impl Write) -> io::Result<()> {
        match (self.args.format, self.args.table) {
            (ReplayFormat::Csv, Table::Contacts) => csv_tables::contacts_header(out),
            (ReplayFormat::Json, _) => json::begin(out),
            _ => Ok(()),
        }
    }

    /// Adds a contact, and prints it if the format lists contacts.
    pub(super) fn add(&mut self, out: &mut impl Write, compared: Compared) -> io::Result<()> {
        let changed = self.totals.add(&compared);
        let dates = || ContactDates::new(&compared, self.zone);
        match (self.args.format, self.args.table) {
            (ReplayFormat::Csv, Table::Contacts) => csv_tables::contact(out, &dates(), changed),
            (ReplayFormat::Json, _) if changed => {
                json::change(out, &dates(), self.totals.changed() == 1)
            }
            (ReplayFormat::Text, _) if changed && self.shown.len() < text::MAX_SHOWN => {
                let dates = dates();
                self.shown.push(dates);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Prints the totals. `name` is the file's name, `left_out` the number of rows with errors.
    pub(super) fn end(&self, out: &mut impl Write, name: &str, left_out: usize) -> io::Result<()> {
        match (self.args.format, self.args.table) {
            (ReplayFormat::Text, _) => text::render(self, out, name, left_out),
            (ReplayFormat::Csv, Table::Contacts) => Ok(()),
            (ReplayFormat::Csv, Table::Promises) => csv_tables::promises(out, &self.totals),
            (ReplayFormat::Csv, Table::Reminders) => csv_tables::reminders(out, &self.totals),
            (ReplayFormat::Json, _) => json::end(self, out, left_out),
        }
    }
}
