//! Working days, bank holidays and office hours.
//!
//! - [`OfficeHours`] says when an office is open, by day of the week.
//! - [`BankHolidays`] lists the bank holidays of each [`Nation`]; [`Observed`] says which of them a
//!   standard skips.
//! - [`Closure`] is a published closure of the provider's own.
//! - [`Calendar`] lays all of them out day by day. Counting working days and office hours is then a
//!   look-up. It answers about a [`Day`], or about an instant in Unix seconds.
//! - [`OutsideCalendar`] is the error for a date beyond the years of the list.
//!
//! ```
//! use domain::calendar::{BankHolidays, Calendar, Nation, OfficeHours};
//!
//! let holidays = BankHolidays::parse(
//!     "bank-holidays.toml",
//!     "version = '2026-11'\nfirst_year = 2026\nlast_year = 2026\n\
//!      [england-and-wales]\n2026-05-04 = 'Early May bank holiday'\n\
//!      [scotland]\n[northern-ireland]",
//! )?;
//! let day = "09:00-17:00";
//! let hours = OfficeHours::new([day, day, day, day, day, "closed", "closed"])?;
//! let zone = chrono_tz::Europe::London;
//! let calendar =
//!     Calendar::new(zone, (2026, 2026), &hours, &holidays.of(Nation::EnglandAndWales), &[]);
//!
//! // One working day after Friday 1 May: Monday is a bank holiday.
//! let friday = calendar.day_on("2026-05-01".parse()?)?;
//! let next = calendar.working_day_after(friday, 1)?;
//! assert_eq!(calendar.date(next), "2026-05-05".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bank_holidays;
mod layout;
mod local_time;
mod nation;
mod non_working;
mod office_hours;
mod opening;
mod working_days;

pub use bank_holidays::BankHolidays;
pub use layout::{Calendar, Day, OutsideCalendar};
pub use nation::{Nation, Observed};
pub use non_working::{Closure, NonWorking};
pub use office_hours::{HoursError, OfficeHours, Period};
