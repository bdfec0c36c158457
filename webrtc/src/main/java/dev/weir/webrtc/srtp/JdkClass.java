package dev.weir.webrtc.srtp;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Looks into a class of the JDK whose package was opened to us by {@code --add-opens}. */
final class JdkClass {
    private final Class<?> type;
    private final MethodHandles.Lookup lookup;

    /** @throws ReflectiveOperationException when there is no such class, or its package is closed */
    JdkClass(String name) throws ReflectiveOperationException {
        type = Class.forName(name);
        lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
    }

    Class<?> type() {
        return type;
    }

    /** Returns a handle that makes an object, typed {@link Object}. */
    MethodHandle constructor(Class<?>... parameters) throws ReflectiveOperationException {
        MethodHandle handle = lookup.findConstructor(type, MethodType.methodType(void.class, parameters));
        MethodType erased = handle.type().changeReturnType(Object.class);
        for (int i = 0; i < parameters.length; i++) {
            erased = parameters[i].isPrimitive() || parameters[i].isArray()
                    ? erased
                    : erased.changeParameterType(i, Object.class);
        }
        return handle.asType(erased);
    }

    /** Returns a handle whose first parameter is the receiver, typed {@link Object}. */
    MethodHandle method(String name, Class<?> result, Class<?>... parameters) throws ReflectiveOperationException {
        MethodHandle handle = lookup.findVirtual(type, name, MethodType.methodType(result, parameters));
        return handle.asType(handle.type().changeParameterType(0, Object.class));
    }

    /** Returns a handle that reads a field of the receiver, typed {@link Object}. */
    MethodHandle getter(String name, Class<?> fieldType) throws ReflectiveOperationException {
        MethodHandle handle = lookup.findGetter(type, name, fieldType);
        return handle.asType(handle.type().changeParameterType(0, Object.class));
    }
}
