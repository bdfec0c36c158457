package dev.weir.standalone;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST:PORT}, an IPv6 literal in brackets. */
final class AddressConverter implements ITypeConverter<InetSocketAddress> {

    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:]+)\\]|([^:\\[\\]]+)):(\\d{1,5})");

    @Override
    public InetSocketAddress convert(String value) {
        Matcher form = FORM.matcher(value);
        if (!form.matches() || Integer.parseInt(form.group(3)) > 65_535) {
            throw new TypeConversionException("'" + value + "' is not HOST:PORT, for example 127.0.0.1:8080");
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        try {
            return new InetSocketAddress(InetAddress.getAllByName(host)[0], Integer.parseInt(form.group(3)));
        } catch (UnknownHostException e) {
            throw new TypeConversionException("'" + host + "' is no host that this machine knows");
        }
    }
}
