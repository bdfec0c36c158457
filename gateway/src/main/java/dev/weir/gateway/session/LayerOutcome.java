package dev.weir.gateway.session;

/** Tells what became of a viewer's wish for a layer. */
public enum LayerOutcome {
    /** It is shown from its next keyframe on. */
    CHOSEN,
    /** The viewer has no such m-line of video. */
    NO_SUCH_LINE,
    /** The publisher sends no layer of this name. */
    NO_SUCH_LAYER,
    /** No such session of this caller, or one that publishes. */
    NO_SUCH_SESSION
}
