package dev.weir.gateway.session;

import dev.weir.gateway.egress.Egress;
import dev.weir.gateway.egress.MediaSink;
import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.AlreadyPublishedException;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.Publisher;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.HomeLoop;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.ClientMedia;
import dev.weir.webrtc.sdp.ClientOffer;
import dev.weir.webrtc.sdp.LocalDescription;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import dev.weir.webrtc.sdp.NoCommonCodecException;
import dev.weir.webrtc.sdp.OfferedTrack;
import dev.weir.webrtc.sdp.PublisherAnswer;
import dev.weir.webrtc.sdp.RemotePeer;
import dev.weir.webrtc.sdp.RestartAnswer;
import dev.weir.webrtc.sdp.SdpException;
import dev.weir.webrtc.sdp.SessionDescription;
import dev.weir.webrtc.sdp.ViewerAnswer;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sessions from offers: negotiates, takes the stream, builds transport and media end. From any thread. */
final class SessionFactory {
    private static final Logger LOG = LoggerFactory.getLogger(SessionFactory.class);

    private final SessionConfig config;
    private final MediaRelay relay;
    private final LoopPlaces loops;
    private final DtlsIdentity identity;
    private final Meters meters;
    private final InstantSource clock;
    private final SessionEvents events;
    private final Consumer<LiveSession> onGone;
    private final LocalIce localIce;
    private final SecureRandom random = new SecureRandom();
    private final UnansweredChecks unansweredChecks = new UnansweredChecks();

    SessionFactory(
            SessionConfig config,
            MediaRelay relay,
            EventLoopGroup loops,
            DtlsIdentity identity,
            Meters meters,
            InstantSource clock,
            SessionEvents events,
            Consumer<LiveSession> onGone) {
        this.config = config;
        this.relay = relay;
        this.loops = new LoopPlaces(loops);
        this.identity = identity;
        this.meters = meters;
        this.clock = clock;
        this.events = events;
        this.onGone = onGone;
        this.localIce = new LocalIce(config.ice(), loops, identity.fingerprint());
    }

    AnsweredSession publisher(String streamId, String offerSdp, Caller caller) throws SessionRefused {
        IceCredentials credentials = IceCredentials.random();
        LocalDescription local = localIce.describe(credentials);
        PublisherAnswer answer = negotiated(() -> PublisherAnswer.negotiate(parse(offerSdp), local));
        if (!answer.oneMediaStream()) {
            LOG.info("stream={} the offer's tracks don't name one MediaStream (a=msid); taken as one stream", streamId);
        }
        Session session = newSession(SessionRole.PUBLISHER, streamId, caller);
        Publication publication;
        try {
            publication = relay.contend(streamId, session, holder -> mayReplace(holder, caller, streamId));
        } catch (AlreadyPublishedException e) {
            throw new SessionRefused(
                    SessionRefused.Kind.ALREADY_PUBLISHED,
                    "stream " + streamId + " has a publisher; sessions.takeover = "
                            + config.life().takeover().word() + " does not let this one replace it");
        }
        HomeLoop loop = loops.publisher(publication.stream());
        LiveSession made = null;
        try {
            session.publishesIn(publication.epoch());
            session.negotiated();
            Agreement agreement = new Agreement(
                    restartAnswer(answer.sdp(), answer.sdp()), credentials, answer.remote(), offerSdp.length());
            List<NegotiatedMedia> media = answer.media();
            String cname = local.cname();
            made = live(session, agreement, loop, transport -> {
                publication.expect(Ingest.tracks(media));
                return new PublisherEnd(
                        session,
                        relay,
                        publication,
                        () -> new Ingest(
                                media,
                                publication,
                                random.nextInt(),
                                cname,
                                wallClock(loop),
                                transport::sendRtcp,
                                meters),
                        events,
                        new ReceiveCap(config.flood()),
                        meters);
            });
            return new AnsweredSession(made, answer.sdp());
        } finally {
            if (made == null) {
                relay.endPublication(publication, "session refused");
            }
        }
    }

    private boolean mayReplace(Publisher holder, Caller newcomer, String streamId) {
        Caller owner = holder instanceof Session session ? session.owner() : Caller.anonymous(newcomer.address());
        return config.life().takeover().allows(newcomer, owner, streamId);
    }

    AnsweredSession viewer(String streamId, String offerSdp, Caller caller) throws SessionRefused {
        List<OfferedTrack> offered = new ArrayList<>();
        for (RelayTrack track : tracksToView(streamId)) {
            offered.add(new OfferedTrack(track.index(), kind(track), track.format(), ssrc(), ssrc()));
        }
        IceCredentials credentials = IceCredentials.random();
        LocalDescription local = localIce.describe(credentials);
        ViewerAnswer answer = negotiated(() -> ViewerAnswer.negotiate(parse(offerSdp), offered, local));
        Session session = newSession(SessionRole.VIEWER, streamId, caller);
        session.negotiated();
        Agreement agreement = new Agreement(
                restartAnswer(answer.sdp(), answer.sdp()), credentials, answer.remote(), offerSdp.length());
        LiveSession made = viewer(session, agreement, local.cname(), answer.media());
        return new AnsweredSession(made, answer.sdp());
    }

    /** Makes our offer of the stream's tracks to a viewer, who has to answer it. */
    PendingView offerToViewer(String streamId, Caller caller) throws SessionRefused {
        StreamRelay stream = liveStream(streamId);
        List<ClientMedia> media = new ArrayList<>();
        for (RelayTrack track : stream.tracks()) {
            media.add(new ClientMedia(kind(track), OfferedFormats.of(track), ssrc(), ssrc()));
        }
        IceCredentials credentials = IceCredentials.random();
        LocalDescription local = localIce.describe(credentials);
        Session session = newSession(SessionRole.VIEWER, streamId, caller);
        return new PendingView(session, ClientOffer.publish(media, local), credentials, local);
    }

    /** Makes the viewer's session from its answer to our offer. */
    AnsweredSession answered(PendingView pending, String answerSdp) throws SessionRefused {
        ClientOffer.Outcome outcome = negotiated(() -> pending.offer.readAnswer(answerSdp));
        OfferedFormats.requireKept(
                outcome.media(),
                relay.find(pending.session.streamId()).map(StreamRelay::tracks).orElse(List.of()));
        Agreement agreement = new Agreement(
                restartAnswer(pending.offer.sdp(), answerSdp),
                pending.credentials,
                outcome.remote(),
                answerSdp.length());
        LiveSession made = viewer(pending.session, agreement, pending.local.cname(), outcome.media());
        pending.session.negotiated();
        return new AnsweredSession(made, answerSdp);
    }

    private static RestartAnswer restartAnswer(String ours, String answer) throws SessionRefused {
        return negotiated(() -> {
            SessionDescription answered = parse(answer);
            return RestartAnswer.of(ours.equals(answer) ? answered : parse(ours), answered);
        });
    }

    /** Returns what is published, or, when viewers may wait, what was or will be. */
    private List<RelayTrack> tracksToView(String streamId) throws SessionRefused {
        List<Codec> expected = config.life().viewersWait();
        if (expected.isEmpty()) {
            return liveStream(streamId).tracks();
        }
        return relay.find(streamId)
                .map(StreamRelay::tracks)
                .filter(tracks -> !tracks.isEmpty())
                .orElseGet(() -> OfferedFormats.tracks(expected));
    }

    private StreamRelay liveStream(String streamId) throws SessionRefused {
        return relay.find(streamId)
                .filter(found -> found.isLive() && !found.tracks().isEmpty())
                .orElseThrow(() -> new SessionRefused(
                        SessionRefused.Kind.NO_SUCH_STREAM, "Nobody publishes " + streamId + " now."));
    }

    private static String kind(RelayTrack track) {
        return switch (track.kind()) {
            case AUDIO -> "audio";
            case VIDEO -> "video";
        };
    }

    private LiveSession viewer(Session session, Agreement agreement, String cname, List<NegotiatedMedia> media)
            throws SessionRefused {
        StreamRelay stream = relay.await(session.streamId());
        HomeLoop loop = loops.viewer(stream);
        LiveSession made = null;
        try {
            made = live(session, agreement, loop, transport -> {
                return new ViewerEnd(
                        relay,
                        stream,
                        () -> new Egress(
                                media,
                                stream,
                                cname,
                                new SplittableRandom(random.nextLong()),
                                new TransportSink(transport, loop.packetBuffer()),
                                meters),
                        lines(media),
                        loop,
                        wallClock(loop),
                        rids -> events.onLayers(session, rids),
                        meters);
            });
            return made;
        } finally {
            if (made == null) {
                relay.leave(stream);
            }
        }
    }

    private static List<MediaLine> lines(List<NegotiatedMedia> media) {
        List<MediaLine> lines = new ArrayList<>();
        for (int i = 0; i < media.size(); i++) {
            NegotiatedMedia section = media.get(i);
            if (!section.rejected()) {
                MediaKind kind = section.kind().equals("audio") ? MediaKind.AUDIO : MediaKind.VIDEO;
                lines.add(new MediaLine(i, section.mid(), kind));
            }
        }
        return lines;
    }

    private record TransportSink(PeerTransport transport, ByteBuffer packetBuffer) implements MediaSink {
        @Override
        public boolean sendRtp(ByteBuffer packet, long nowNanos) {
            return transport.sendRtp(packet, nowNanos);
        }

        @Override
        public boolean resendRtp(ByteBuffer protectedPacket, long nowNanos) {
            return transport.resendRtp(protectedPacket, nowNanos);
        }

        @Override
        public boolean sendRtcp(ByteBuffer compound, long nowNanos) {
            return transport.sendRtcp(compound, nowNanos);
        }
    }

    private LiveSession live(
            Session session, Agreement agreement, HomeLoop loop, Function<PeerTransport, MediaEnd> media)
            throws SessionRefused {
        RemotePeer remote = agreement.remote();
        CheckBudget budget = new CheckBudget(unansweredChecks, agreement.remoteBytes());
        TransportConfig transport;
        IceResource ice;
        try {
            IceCredentials theirs = new IceCredentials(remote.iceUfrag(), remote.icePwd());
            ice = new IceResource(session, localIce, config.ice(), agreement.restart(), agreement.local(), theirs);
            transport = TransportConfig.of(
                            config.ice().full() ? IceRole.CONTROLLED : IceRole.LITE,
                            agreement.local(),
                            theirs,
                            remote.localIsDtlsClient() ? DtlsRole.CLIENT : DtlsRole.SERVER,
                            identity,
                            remote.fingerprint(),
                            loop.handshakeExecutor())
                    .withTimeouts(config.timeout(), config.connectTimeout())
                    .withCheckLimit(budget);
        } catch (IllegalArgumentException e) {
            throw new SessionRefused(SessionRefused.Kind.BAD_SDP, String.valueOf(e.getMessage()));
        }
        LiveSession live =
                new LiveSession(session, ice, loop, transport, budget, media, meters, config, events, onGone);
        for (String candidate : remote.candidates()) {
            boolean unused = session.addIceCandidate(candidate);
        }
        return live;
    }

    private Session newSession(SessionRole role, String streamId, Caller owner) {
        return new Session(SessionId.random(), role, streamId, owner, clock.instant());
    }

    /** RTP reserves nothing, but zero means "none" in many places. */
    private long ssrc() {
        return 1L + random.nextInt(Integer.MAX_VALUE);
    }

    private WallClock wallClock(HomeLoop loop) {
        Instant now = clock.instant();
        return new WallClock(loop.nowNanos(), ChronoUnit.MICROS.between(Instant.EPOCH, now));
    }

    @FunctionalInterface
    private interface Negotiation<T> {
        T negotiate() throws SdpException, NoCommonCodecException, SessionRefused;
    }

    private static <T> T negotiated(Negotiation<T> negotiation) throws SessionRefused {
        try {
            return negotiation.negotiate();
        } catch (SdpException e) {
            boolean malformed = e.malformed();
            throw new SessionRefused(
                    malformed ? SessionRefused.Kind.BAD_SDP : SessionRefused.Kind.UNSUPPORTED_SDP, message(e));
        } catch (NoCommonCodecException e) {
            throw new SessionRefused(SessionRefused.Kind.NO_COMMON_CODEC, message(e));
        }
    }

    private static SessionDescription parse(String sdp) throws SessionRefused {
        try {
            return SessionDescription.parse(sdp);
        } catch (SdpException e) {
            throw new SessionRefused(SessionRefused.Kind.BAD_SDP, message(e));
        }
    }

    private static String message(Exception e) {
        return Optional.ofNullable(e.getMessage()).orElse("no detail");
    }
}
