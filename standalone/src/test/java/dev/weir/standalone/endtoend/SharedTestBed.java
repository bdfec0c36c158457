package dev.weir.standalone.endtoend;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link TestBed}; JUnit closes it after the last test class. */
final class SharedTestBed implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestBed.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedTestBed.class))
                .computeIfAbsent(TestBed.class, key -> start(), TestBed.class);
    }

    private static TestBed start() {
        try {
            return new TestBed();
        } catch (Exception e) {
            throw new ParameterResolutionException("cannot start the product and the browsers", e);
        }
    }
}
