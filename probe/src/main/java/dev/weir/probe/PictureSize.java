package dev.weir.probe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Width and height of a picture in pixels, written {@code 640x360}. */
record PictureSize(int widthPx, int heightPx) {
    PictureSize {
        if (widthPx < 64 || heightPx < 64 || widthPx > 4096 || heightPx > 4096) {
            throw new IllegalArgumentException("width and height must be 64 to 4096: " + widthPx + 'x' + heightPx);
        }
    }

    /** Reads {@code WxH}. */
    static final class Converter implements ITypeConverter<PictureSize> {
        private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

        @Override
        public PictureSize convert(String text) {
            Matcher matcher = SHAPE.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not a picture size; write for example 640x360");
            }
            try {
                return new PictureSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
