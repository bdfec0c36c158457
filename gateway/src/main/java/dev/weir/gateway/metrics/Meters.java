package dev.weir.gateway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.EnumMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Counts for {@code /metrics}. Counting allocates nothing and waits for nobody; from any thread. */
public final class Meters implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final EnumMap<Meter, LongAdder> counters = new EnumMap<>(Meter.class);

    private final Queue<DoubleSupplier> sources = new ConcurrentLinkedQueue<>();

    /** Registers every counter of {@link Meter}. */
    public Meters() {
        for (Meter meter : Meter.values()) {
            if (meter.kind() == Meter.Kind.COUNTER) {
                LongAdder adder = new LongAdder();
                counters.put(meter, adder);
                counter(meter.meterName(), meter.description(), adder::doubleValue);
            }
        }
    }

    /** Adds one to a counter. */
    public void increment(Meter meter) {
        add(meter, 1);
    }

    /** Adds {@code amount} to a counter. */
    public void add(Meter meter, long amount) {
        LongAdder adder = counters.get(meter);
        if (adder == null) {
            throw new IllegalArgumentException(meter + " is not a counter");
        }
        adder.add(amount);
    }

    /** Returns a counter's value. */
    public long count(Meter meter) {
        LongAdder adder = counters.get(meter);
        return adder == null ? 0 : adder.sum();
    }

    /** Takes {@code value} as the source of a gauge of {@link Meter}. */
    public void gauge(Meter meter, DoubleSupplier value) {
        Gauge.builder(meter.meterName(), value::getAsDouble)
                .description(meter.description())
                .strongReference(true)
                .register(registry);
    }

    /** Registers a gauge that is always 1: its labels, name and value in turn, tell what runs. */
    public void info(String dottedName, String description, String... labels) {
        Gauge.builder(dottedName, () -> 1).description(description).tags(labels).register(registry);
    }

    /** Registers a counter that another module keeps, such as those of the sockets. */
    public void counter(String dottedName, String description, DoubleSupplier value) {
        // The registry holds sources weakly: without this, a collected lambda would read as zero for ever.
        sources.add(value);
        FunctionCounter.builder(dottedName, value, DoubleSupplier::getAsDouble)
                .description(description)
                .register(registry);
    }

    /**
     * Registers a histogram of durations that another module keeps.
     *
     * @param name without its unit, which is seconds
     * @param upperBounds of the buckets in seconds, rising, the last infinite
     * @param counts of each bucket, those of the ones before not included
     */
    public void histogram(
            String name,
            String description,
            List<Double> upperBounds,
            Supplier<List<Long>> counts,
            DoubleSupplier sum) {
        MetricMetadata metadata = new MetricMetadata(name + "_seconds", description, Unit.SECONDS);
        registry.getPrometheusRegistry()
                .register(() -> new HistogramSnapshot(
                        metadata,
                        List.of(new HistogramSnapshot.HistogramDataPointSnapshot(
                                ClassicHistogramBuckets.of(upperBounds, counts.get()),
                                sum.getAsDouble(),
                                Labels.EMPTY,
                                Exemplars.EMPTY,
                                0))));
    }

    /** Returns the registry, for what else is to be measured. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Returns all meters in the text format of Prometheus. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
