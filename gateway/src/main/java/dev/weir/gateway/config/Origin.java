package dev.weir.gateway.config;

/** Where a value comes from; later kinds win over earlier ones. */
public sealed interface Origin {

    /** Returns the origin as an error message and {@code config show} print it. */
    String describe();

    /** The value that a key has when nobody sets it. */
    record Default() implements Origin {
        @Override
        public String describe() {
            return "default";
        }
    }

    /** A line of the configuration file, counted from 1. */
    record FileLine(String file, int line) implements Origin {
        @Override
        public String describe() {
            return file + ":" + line;
        }
    }

    /** An environment variable. */
    record Environment(String variable) implements Origin {
        @Override
        public String describe() {
            return "environment " + variable;
        }
    }

    /** A file or variable that a setting refers to. */
    record Referred(Origin by, String reference) implements Origin {
        @Override
        public String describe() {
            return by.describe() + ", " + reference;
        }
    }

    /** A command-line flag. */
    record Flag(String flag) implements Origin {
        @Override
        public String describe() {
            return "flag " + flag;
        }
    }
}
