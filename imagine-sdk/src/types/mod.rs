//! Values that both services use, where a plain string or number would say too little.

mod date_time;
mod image;
mod timestamp;

pub use self::date_time::DateTime;
pub use self::image::Image;
pub use self::timestamp::Timestamp;
