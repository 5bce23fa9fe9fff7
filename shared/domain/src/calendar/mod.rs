//! Which days are working days, when the office is open, and how to count both.

mod bank_holidays;
mod days;
mod office_hours;

pub use bank_holidays::{BankHolidays, BankHolidaysError, Nation, Observed};
pub use days::{Calendar, Closure, Day, NonWorking, OutsideCalendar};
pub use office_hours::{HoursError, OfficeHours, Period};
