package dev.weir.connector;

import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Reads the value of a media record as a converter hands it over: bytes, or a struct of {@link WeirConverter}. */
final class SinkValue {
    static final String HINT = "the value is neither bytes nor a batch: set value.converter to"
            + " org.apache.kafka.connect.converters.ByteArrayConverter or " + WeirConverter.class.getName();

    private static final StructMapping BATCH = StructMapping.of(RelayBatch.class);

    private SinkValue() {}

    /** Returns the value in Avro single-object encoding, empty when it is neither. */
    static Optional<byte[]> bytes(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Optional.of(bytes);
        }
        if (value instanceof Struct struct
                && RelayBatch.class.getName().equals(struct.schema().name())) {
            try {
                return Optional.of(new RelayBatchCodec().encode((RelayBatch) BATCH.fromConnect(struct)));
            } catch (DataException notOurs) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
