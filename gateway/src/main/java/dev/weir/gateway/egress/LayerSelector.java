package dev.weir.gateway.egress;

import dev.weir.gateway.relay.LayerRates;

/**
 * Chooses for one track what a viewer is shown: the highest layer that was asked for and that the path carries; of a layer
 * that is too much even so, fewer temporal layers. Goes down at once and up with patience. One thread.
 */
final class LayerSelector {
    /** What a layer above may cost of the estimate, and what the present one may, in percent. */
    private static final int UP_PERCENT = 85;

    private static final int STAY_PERCENT = 105;
    /** Another layer must cost a quarter more than the present one to count as a better one. */
    private static final int BETTER_PERCENT = 125;

    private static final long FIRST_PATIENCE_NANOS = 2_000_000_000L;
    private static final long MOST_PATIENCE_NANOS = 30_000_000_000L;
    private static final long PROVEN_NANOS = 10_000_000_000L;

    private long patienceNanos = FIRST_PATIENCE_NANOS;
    private long changedAtNanos;
    private boolean wentUp;
    private int chosen = -1;
    private int temporalLimit = LayerFilter.NO_LIMIT;
    private long missingBps;

    /**
     * Chooses anew.
     *
     * @param current layer that was chosen last
     * @param budgetBps what the path carries, {@link Long#MAX_VALUE} when that is not known
     * @return the layer, {@code current} when none comes
     */
    String choose(LayerRates rates, LayerChoice choice, String current, long budgetBps, long nowNanos) {
        if (rates.size() == 1) {
            take(rates, 0, 0, choice, budgetBps);
            return rates.rid(0);
        }
        int now = indexOf(rates, current);
        int best = -1;
        int lowest = -1;
        int top = -1;
        for (int i = 0; i < rates.size(); i++) {
            if (!isWanted(rates, i, choice)) {
                continue;
            }
            lowest = lowest < 0 ? i : lowest;
            top = isBetter(rates, i, top, now) ? i : top;
            if (fits(rates, i, now, budgetBps) && isBetter(rates, i, best, now)) {
                best = i;
            }
        }
        if (lowest < 0) {
            return current;
        }
        best = best < 0 ? lowest : best;
        if (now >= 0 && best != now) {
            boolean up = rates.bps(best) > rates.bps(now);
            if (up && budgetBps != Long.MAX_VALUE && nowNanos - changedAtNanos < patienceNanos) {
                best = isWanted(rates, now, choice) ? now : lowest;
            } else {
                onChange(up, nowNanos);
            }
        }
        take(rates, best, top, choice, budgetBps);
        return rates.rid(best);
    }

    private void take(LayerRates rates, int best, int top, LayerChoice choice, long budgetBps) {
        chosen = best;
        limitTemporal(rates, best, choice, budgetBps);
        missingBps = best != top || temporalLimit < choice.temporalLimit() ? next(rates, best, top) : 0;
    }

    private static int indexOf(LayerRates rates, String rid) {
        for (int i = 0; i < rates.size(); i++) {
            if (rates.rid(i).equals(rid)) {
                return i;
            }
        }
        return -1;
    }

    /** A layer is left out only for what another one that comes can do better. */
    private static boolean isWanted(LayerRates rates, int index, LayerChoice choice) {
        String asked = choice.rid().isEmpty() || indexOf(rates, choice.rid()) < 0 ? "" : choice.rid();
        if (!asked.isEmpty()) {
            // The path may give less than what was asked for, never more.
            return index <= indexOf(rates, asked);
        }
        boolean tooWide = choice.maxWidth() > 0 && rates.widthPx(index) > choice.maxWidth();
        boolean tooHigh = choice.maxHeight() > 0 && rates.heightPx(index) > choice.maxHeight();
        return index == 0 || (!tooWide && !tooHigh);
    }

    private static boolean isBetter(LayerRates rates, int index, int than, int now) {
        if (than < 0) {
            return true;
        }
        long margin = than == now ? BETTER_PERCENT : 100;
        return rates.bps(index) * 100 > rates.bps(than) * margin;
    }

    private static boolean fits(LayerRates rates, int index, int now, long budgetBps) {
        if (budgetBps == Long.MAX_VALUE) {
            return true;
        }
        boolean above = now < 0 || rates.bps(index) > rates.bps(now);
        return rates.bps(index) <= budgetBps / 100 * (above ? UP_PERCENT : STAY_PERCENT);
    }

    /** Every fall soon after a rise doubles the time before the next rise. */
    private void onChange(boolean up, long nowNanos) {
        boolean soon = nowNanos - changedAtNanos < PROVEN_NANOS;
        if (!up && wentUp && soon) {
            patienceNanos = Math.min(MOST_PATIENCE_NANOS, 2 * patienceNanos);
        } else if (!soon) {
            patienceNanos = FIRST_PATIENCE_NANOS;
        }
        wentUp = up;
        changedAtNanos = nowNanos;
    }

    private void limitTemporal(LayerRates rates, int index, LayerChoice choice, long budgetBps) {
        int most = choice.temporalLimit();
        if (budgetBps == Long.MAX_VALUE || rates.bps(index) <= budgetBps / 100 * STAY_PERCENT) {
            temporalLimit = most;
            return;
        }
        int limit = 0;
        for (int layer = 0; layer < LayerRates.TEMPORAL_LAYERS; layer++) {
            boolean raises = layer > temporalLimit;
            if (rates.bps(index, layer) <= budgetBps / 100 * (raises ? UP_PERCENT : STAY_PERCENT)) {
                limit = layer;
            }
        }
        temporalLimit = Math.min(most, limit);
    }

    private static long next(LayerRates rates, int best, int top) {
        int above = best < top ? best + 1 : best;
        return rates.bps(above) * 100 / UP_PERCENT;
    }

    /** Returns the highest temporal layer to send. */
    int temporalLimit() {
        return temporalLimit;
    }

    /** Returns the estimate that the next better choice would need, 0 when the viewer has the best. */
    long missingBps() {
        return missingBps;
    }

    /** Returns what the choice costs, 0 before the first. */
    long chosenBps(LayerRates rates) {
        if (chosen < 0 || chosen >= rates.size()) {
            return 0;
        }
        return rates.bps(chosen, Math.min(temporalLimit, LayerRates.TEMPORAL_LAYERS - 1));
    }
}
