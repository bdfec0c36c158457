package dev.weir.probe;

import dev.onvoid.webrtc.logging.Logging;

/** Loads libwebrtc and says in one line what is missing when it cannot be loaded. */
final class NativeLibrary {
    private NativeLibrary() {}

    static void load() throws ProbeException {
        try {
            Logging.logToDebug(Logging.Severity.NONE);
        } catch (LinkageError e) {
            throw new ProbeException(explain(e), e);
        }
    }

    static String explain(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = failure; t != null; t = t.getCause()) {
            text.append(t.getMessage()).append(' ');
        }
        if (text.indexOf("libpulse") >= 0) {
            return "libwebrtc needs the PulseAudio client library: install the package libpulse0"
                    + " (Debian, Ubuntu: apt-get install libpulse0; Fedora: dnf install pulseaudio-libs)";
        }
        return "libwebrtc cannot be loaded on this machine (" + System.getProperty("os.name") + ' '
                + System.getProperty("os.arch") + "): " + text.toString().strip();
    }
}
