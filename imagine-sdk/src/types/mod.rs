//! Values that both services use, where a plain string or number would express too little.

mod date_time;
mod image;
mod one_or_many;
mod seconds;
mod timestamp;

pub use self::date_time::DateTime;
pub use self::image::Image;
pub use self::one_or_many::OneOrMany;
pub use self::seconds::Seconds;
pub use self::timestamp::Timestamp;
