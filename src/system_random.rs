//! Random bytes of the operating system.

/// Fills a buffer; `false` if the system has no random bytes to give.
pub fn fill(bytes: &mut [u8]) -> bool {
    getrandom::fill(bytes).is_ok() || by_system_call(bytes)
}

/// A static binary does not find the system's function, and in a root with nothing else in it there is no `/dev/urandom`.
#[cfg(target_os = "linux")]
fn by_system_call(bytes: &mut [u8]) -> bool {
    use rustix::rand::{GetRandomFlags, getrandom};
    let mut left = bytes;
    while !left.is_empty() {
        match getrandom(&mut *left, GetRandomFlags::empty()) {
            Ok(filled) if filled > 0 => left = left.get_mut(filled..).unwrap_or_default(),
            _ => return false,
        }
    }
    true
}

#[cfg(not(target_os = "linux"))]
fn by_system_call(_bytes: &mut [u8]) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn the_system_call_fills_the_buffer() {
        let mut bytes = [0; 64];
        assert!(super::by_system_call(&mut bytes));
        assert!(bytes[..32].iter().any(|byte| *byte != 0) && bytes[32..].iter().any(|byte| *byte != 0));
    }
}
