package dev.weir.gateway.access;

/**
 * How often something may be done.
 *
 * @param burst so often at once, after a rest
 * @param perMinute so often in the long run
 */
public record Rate(int burst, int perMinute) {
    public Rate {
        if (burst < 1 || perMinute < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive: " + burst + " at once, " + perMinute + " a minute");
        }
    }
}
