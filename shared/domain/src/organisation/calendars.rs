//! The calendars of an organisation: one for each way of observing bank holidays.

use std::sync::OnceLock;

use chrono_tz::Tz;

use crate::calendar::{BankHolidays, Calendar, Closure, Nation, Observed, OfficeHours};

/// Calendars that are made when they are first asked for, because most functions need one or two.
#[derive(Debug)]
pub(super) struct Calendars {
    pub(super) zone: Tz,
    pub(super) holidays: BankHolidays,
    nation: Nation,
    hours: OfficeHours,
    closures: Vec<Closure>,
    provider: OnceLock<Calendar>,
    bank_holidays: OnceLock<Calendar>,
    england_and_wales: OnceLock<Calendar>,
    any_part_of_the_uk: OnceLock<Calendar>,
}

impl Calendars {
    pub(super) fn new(
        zone: Tz,
        nation: Nation,
        hours: OfficeHours,
        closures: Vec<Closure>,
        holidays: BankHolidays,
    ) -> Self {
        Self {
            zone,
            holidays,
            nation,
            hours,
            closures,
            provider: OnceLock::new(),
            bank_holidays: OnceLock::new(),
            england_and_wales: OnceLock::new(),
            any_part_of_the_uk: OnceLock::new(),
        }
    }

    pub(super) fn get(&self, observed: Observed) -> &Calendar {
        let calendar = match observed {
            Observed::Provider => &self.provider,
            Observed::BankHolidays => &self.bank_holidays,
            Observed::EnglandAndWales => &self.england_and_wales,
            Observed::AnyPartOfTheUk => &self.any_part_of_the_uk,
        };
        calendar.get_or_init(|| self.make(observed))
    }

    fn make(&self, observed: Observed) -> Calendar {
        // The law does not recognise a provider's closures; the provider's own promises do.
        let closures = match observed {
            Observed::Provider => self.closures.as_slice(),
            Observed::BankHolidays | Observed::EnglandAndWales | Observed::AnyPartOfTheUk => &[],
        };
        let years = (self.holidays.first_year, self.holidays.last_year);
        let holidays = self.holidays.observed(observed, self.nation);
        Calendar::new(self.zone, years, &self.hours, &holidays, closures)
    }
}
