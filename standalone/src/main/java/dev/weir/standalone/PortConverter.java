package dev.weir.standalone;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a port, 0 = any. */
final class PortConverter implements ITypeConverter<Integer> {
    private static final int MAX = 65_535;

    @Override
    public Integer convert(String value) {
        if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > MAX) {
            throw new TypeConversionException("'" + value + "' is not a port, 0 to " + MAX);
        }
        return Integer.valueOf(value);
    }
}
