package dev.weir.webrtc.rtcp;

/** Numbers of the packet types, feedback formats and sizes that both reader and writer use. */
final class RtcpType {
    static final int SENDER_REPORT = 200;
    static final int RECEIVER_REPORT = 201;
    static final int SOURCE_DESCRIPTION = 202;
    static final int BYE = 203;
    static final int TRANSPORT_FEEDBACK = 205;
    static final int PAYLOAD_FEEDBACK = 206;

    static final int FORMAT_NACK = 1;
    static final int FORMAT_TRANSPORT_WIDE = 15;
    static final int FORMAT_PLI = 1;
    static final int FORMAT_FIR = 4;
    static final int FORMAT_APPLICATION = 15;

    static final int HEADER_LENGTH = 4;
    static final int FEEDBACK_HEADER_LENGTH = 12;
    static final int SENDER_INFO_LENGTH = 20;
    static final int REPORT_BLOCK_LENGTH = 24;

    /** "REMB" in ASCII. */
    static final int REMB = 0x52454D42;

    private RtcpType() {}
}
