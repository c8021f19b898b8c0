//! The address a QR holds.

/// The hotspot's login address with the voucher filled in, every part percent-encoded.
///
/// It works only where the hotspot profile allows `http-pap`.
pub fn login_address(dns_name: &str, username: &str, password: &str) -> String {
    let mut address = String::with_capacity(64);
    address.push_str("http://");
    encode(&mut address, dns_name, b":[]");
    address.push_str("/login?username=");
    encode(&mut address, username, b"");
    address.push_str("&password=");
    encode(&mut address, password, b"");
    address
}

fn encode(into: &mut String, part: &str, also_plain: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also_plain.contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::login_address;

    #[test]
    fn a_plain_voucher_needs_no_encoding() {
        assert_eq!(
            login_address("warnet.net", "K7M2PQRX", "K7M2PQRX"),
            "http://warnet.net/login?username=K7M2PQRX&password=K7M2PQRX"
        );
    }

    #[test]
    fn signs_that_would_break_the_address_are_encoded() {
        assert_eq!(
            login_address("10.5.50.1:8080", "a&b=c d", "50%+é/#"),
            "http://10.5.50.1:8080/login?username=a%26b%3Dc%20d&password=50%25%2B%C3%A9%2F%23"
        );
    }
}
