package dev.weir.schemas;

import java.util.Set;

/** The primitive types of Avro that the records use. */
final class PrimitiveTypes {
    static final AvroType<Integer> INT = new Primitive<>("int") {
        @Override
        public void write(AvroWriter out, Integer value) {
            out.number(value);
        }

        @Override
        public Integer read(AvroReader in) throws MalformedRecordException {
            return in.intNumber();
        }
    };

    static final AvroType<Long> LONG = new Primitive<>("long") {
        @Override
        public void write(AvroWriter out, Long value) {
            out.number(value);
        }

        @Override
        public Long read(AvroReader in) throws MalformedRecordException {
            return in.longNumber();
        }
    };

    static final AvroType<Float> FLOAT = new Primitive<>("float") {
        @Override
        public void write(AvroWriter out, Float value) {
            out.float32(value);
        }

        @Override
        public Float read(AvroReader in) throws MalformedRecordException {
            return in.float32();
        }
    };

    static final AvroType<Boolean> BOOLEAN = new Primitive<>("boolean") {
        @Override
        public void write(AvroWriter out, Boolean value) {
            out.bool(value);
        }

        @Override
        public Boolean read(AvroReader in) throws MalformedRecordException {
            return in.bool();
        }
    };

    static final AvroType<String> STRING = new Primitive<>("string") {
        @Override
        public void write(AvroWriter out, String value) {
            out.text(value);
        }

        @Override
        public String read(AvroReader in) throws MalformedRecordException {
            return in.text();
        }
    };

    private abstract static class Primitive<T> implements AvroType<T> {
        private final String name;

        Primitive(String name) {
            this.name = name;
        }

        @Override
        public void canonicalForm(StringBuilder out, Set<String> named) {
            out.append('"').append(name).append('"');
        }
    }

    private PrimitiveTypes() {}
}
