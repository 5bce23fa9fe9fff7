//! Shares of what a listener has for its peers: connections, and memory for what they send.
//!
//! A listener that serves whoever comes first can be held by one peer that opens connections and says
//! nothing. No peer gets more than half, and once half is taken, whoever says nothing is disconnected
//! sooner ([`Shares::timeout`]).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The divisor of the time that a listener waits for a silent peer once half is taken.
const PRESSED: u32 = 10;

/// An amount that peers share.
#[derive(Clone, Debug)]
pub(crate) struct Shares {
    most: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A share of a peer. It is free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    shares: Shares,
    peer: IpAddr,
    amount: usize,
}

impl Shares {
    /// An amount of `most` in all.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, taken: Arc::default() }
    }

    /// Takes an amount for whoever has this address. `None` if too much is taken by the peer, or in all.
    pub(crate) fn take(&self, address: IpAddr, amount: usize) -> Option<Share> {
        let peer = peer(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&peer).copied().unwrap_or_default() + amount;
        if own > self.most.div_ceil(2) || taken.values().sum::<usize>() + amount > self.most {
            return None;
        }
        taken.insert(peer, own);
        Some(Share { shares: self.clone(), peer, amount })
    }

    /// Returns how long to wait for a peer that says nothing: `calm` until half is taken, and then a tenth
    /// of it.
    pub(crate) fn timeout(&self, calm: Duration) -> Duration {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() * 2 < self.most { calm } else { calm / PRESSED }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.shares.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.peer) {
            *own -= self.amount;
            if *own == 0 {
                taken.remove(&self.peer);
            }
        }
    }
}

/// Returns the peer to which an address belongs. Whoever has one IPv6 address usually has the 2⁶⁴ beside
/// it.
fn peer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Ipv6Addr::from(network).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn no_peer_gets_more_than_half() {
        let shares = Shares::new(10);
        let first: Vec<Share> = std::iter::from_fn(|| shares.take(at("192.0.2.1"), 1)).collect();
        assert_eq!(first.len(), 5);
        // An IPv4 address is the same peer in an IPv6 one.
        assert!(shares.take(at("::ffff:192.0.2.1"), 1).is_none());
        assert!(shares.take(at("192.0.2.2"), 6).is_none());
        let second = shares.take(at("192.0.2.2"), 5);
        assert!(second.is_some());
        assert!(shares.take(at("192.0.2.3"), 1).is_none(), "all is taken");
        drop(first);
        assert!(shares.take(at("192.0.2.3"), 5).is_some());
    }

    #[test]
    fn one_network_is_one_peer() {
        let shares = Shares::new(4);
        let taken = [shares.take(at("2001:db8::1"), 1), shares.take(at("2001:db8::2"), 1)];
        assert!(taken.iter().all(Option::is_some));
        assert!(shares.take(at("2001:db8::3"), 1).is_none());
        assert!(shares.take(at("2001:db8:0:1::1"), 1).is_some());
    }

    #[test]
    fn silence_is_borne_for_less_time_once_half_is_taken() {
        let shares = Shares::new(4);
        let calm = Duration::from_secs(300);
        let one = shares.take(at("192.0.2.1"), 1);
        assert_eq!(shares.timeout(calm), calm);
        let two = shares.take(at("192.0.2.1"), 1);
        assert_eq!(shares.timeout(calm), Duration::from_secs(30));
        drop((one, two));
        assert_eq!(shares.timeout(calm), calm);
    }
}
