package dev.weir.gateway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.EnumMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

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
