package dev.weir.gateway.conformance;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the rows of {@code conformance.tsv} that a test shows, as {@code docs/conformance.md} will tell. The ids stand in the
 * test's name too, dots left out or as underscores: {@code w17EtagIsConstantForTheIceSession}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Row {
    /** Returns one or more ids, for example {@code W17}. */
    String[] value();
}
