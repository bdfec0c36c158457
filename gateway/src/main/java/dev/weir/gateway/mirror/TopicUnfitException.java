package dev.weir.gateway.mirror;

/** A topic exists, but what is written to it would be refused or thrown away; the message tells what to change. */
final class TopicUnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    TopicUnfitException(String message) {
        super(message);
    }
}
