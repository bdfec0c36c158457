// A relay of Pion (github.com/pion/webrtc/v3) with as much WHIP and WHEP as a load test needs: POST an offer to /whip/ID or
// /whep/ID, DELETE what Location names. ICE, DTLS, SRTP, repair and fan-out are Pion's own: a TrackLocalStaticRTP per track.
//
//	go build with Debian's golang-github-pion-webrtc.v3-dev; arguments: address to listen on, such as 127.0.0.1:9000
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v3"
)

type stream struct {
	publisher *webrtc.PeerConnection
	tracks    []*webrtc.TrackLocalStaticRTP
	video     webrtc.SSRC
}

type server struct {
	api      *webrtc.API
	lock     sync.Mutex
	streams  map[string]*stream
	sessions map[string]*webrtc.PeerConnection
}

func main() {
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetInterfaceFilter(func(name string) bool { return name == "lo" })
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetLite(true)
	media, interceptors := &webrtc.MediaEngine{}, &interceptor.Registry{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		log.Fatal(err)
	}
	if err := webrtc.RegisterDefaultInterceptors(media, interceptors); err != nil {
		log.Fatal(err)
	}
	s := &server{
		api: webrtc.NewAPI(
			webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(interceptors)),
		streams:  map[string]*stream{},
		sessions: map[string]*webrtc.PeerConnection{},
	}
	http.HandleFunc("/whip/", s.post(s.publish))
	http.HandleFunc("/whep/", s.post(s.watch))
	http.HandleFunc("/session/", s.end)
	log.Println("ready")
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}

// post answers an offer; prepare gives the connection its tracks before the offer is looked at.
func (s *server) post(prepare func(id string, connection *webrtc.PeerConnection) error) http.HandlerFunc {
	return func(out http.ResponseWriter, in *http.Request) {
		offer, err := io.ReadAll(in.Body)
		if err != nil {
			return
		}
		connection, err := s.api.NewPeerConnection(webrtc.Configuration{})
		if err == nil {
			err = prepare(in.URL.Path[len("/whip/"):], connection)
		}
		if err == nil {
			err = answer(connection, string(offer))
		}
		if err != nil {
			http.Error(out, err.Error(), http.StatusBadRequest)
			return
		}
		location := fmt.Sprintf("/session/%p", connection)
		s.lock.Lock()
		s.sessions[location] = connection
		s.lock.Unlock()
		out.Header().Set("Content-Type", "application/sdp")
		out.Header().Set("Location", location)
		out.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(out, connection.LocalDescription().SDP)
	}
}

func answer(connection *webrtc.PeerConnection, offer string) error {
	description := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}
	if err := connection.SetRemoteDescription(description); err != nil {
		return err
	}
	ours, err := connection.CreateAnswer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(connection)
	if err := connection.SetLocalDescription(ours); err != nil {
		return err
	}
	<-gathered
	return nil
}

func (s *server) publish(id string, connection *webrtc.PeerConnection) error {
	added := &stream{publisher: connection}
	outs := map[webrtc.RTPCodecType]*webrtc.TrackLocalStaticRTP{}
	for kind, codec := range map[webrtc.RTPCodecType]string{
		webrtc.RTPCodecTypeVideo: webrtc.MimeTypeH264, webrtc.RTPCodecTypeAudio: webrtc.MimeTypeOpus,
	} {
		track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: codec}, kind.String(), id)
		if err != nil {
			return err
		}
		outs[kind] = track
		added.tracks = append(added.tracks, track)
	}
	s.lock.Lock()
	s.streams[id] = added
	s.lock.Unlock()
	connection.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		if track.Kind() == webrtc.RTPCodecTypeVideo {
			s.lock.Lock()
			added.video = track.SSRC()
			s.lock.Unlock()
		}
		for {
			packet, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			// Whose numbers would be those of the publisher's offer.
			packet.Header.Extension, packet.Header.Extensions = false, nil
			if err := outs[track.Kind()].WriteRTP(packet); err != nil && !errors.Is(err, io.ErrClosedPipe) {
				log.Println(err)
			}
		}
	})
	return nil
}

func (s *server) watch(id string, connection *webrtc.PeerConnection) error {
	s.lock.Lock()
	watched := s.streams[id]
	s.lock.Unlock()
	if watched == nil {
		return fmt.Errorf("no stream %q", strings.ToValidUTF8(id, ""))
	}
	for _, track := range watched.tracks {
		sender, err := connection.AddTrack(track)
		if err != nil {
			return err
		}
		go s.readReports(watched, sender)
	}
	connection.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			s.requestKeyframe(watched)
		}
	})
	return nil
}

// readReports keeps Pion's interceptors at work, which answer NACKs, and passes requests for keyframes on.
func (s *server) readReports(watched *stream, sender *webrtc.RTPSender) {
	for {
		packets, _, err := sender.ReadRTCP()
		if err != nil {
			return
		}
		for _, packet := range packets {
			if _, wanted := packet.(*rtcp.PictureLossIndication); wanted {
				s.requestKeyframe(watched)
			}
		}
	}
}

func (s *server) requestKeyframe(watched *stream) {
	s.lock.Lock()
	video := watched.video
	s.lock.Unlock()
	_ = watched.publisher.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(video)}})
}

func (s *server) end(out http.ResponseWriter, in *http.Request) {
	s.lock.Lock()
	connection := s.sessions[in.URL.Path]
	delete(s.sessions, in.URL.Path)
	s.lock.Unlock()
	if connection == nil {
		http.NotFound(out, in)
		return
	}
	// The last packets are on their way.
	time.AfterFunc(time.Second, func() { _ = connection.Close() })
}
