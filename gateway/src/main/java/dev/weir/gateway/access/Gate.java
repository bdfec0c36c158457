package dev.weir.gateway.access;

import java.time.InstantSource;

/**
 * What stands before the HTTP interface.
 *
 * @param access finds out who asks
 * @param rates counts how often
 * @param proxies finds out from where
 */
public record Gate(Access access, Rates rates, TrustedProxies proxies) {
    /** Returns a gate that lets everybody do everything, at the default rates. */
    public static Gate open() {
        return new Gate(
                new Access(AccessConfig.OPEN, InstantSource.system()),
                new Rates(RateConfig.DEFAULT, System::nanoTime),
                TrustedProxies.NONE);
    }
}
