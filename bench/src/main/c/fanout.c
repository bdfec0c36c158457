/*
 * What the relay does for one viewer's packet, in C: copy, header, AES-128-GCM by OpenSSL's EVP with the key schedule kept,
 * send. Prints nanoseconds of thread CPU time per packet for each way, one line each: "NAME NANOS".
 *
 *   gcc -O2 -o fanout *.c -lcrypto
 *   ./fanout PACKETS-PER-WAY
 *   ./fanout live [SECONDS]    the last two ways only
 *   ./fanout receive    prints the ports of 200 viewers and reads what they get until its standard input ends
 *
 * The last two ways run in real time, for three seconds, with receivers in another process: what a gateway's CPU per packet is to
 * be held against, which sleeps between pictures and wakes who receives them. "live" sends the stream of 2 Mbit/s to a socket per
 * viewer; "live-1:1" is in streams.c.
 */
#include "peer.h"
#include "streams.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VIEWERS = 200, PAYLOAD = 1188, SIZE = HEADER + PAYLOAD + TAG, COLD = 4 << 20 };

static struct peer viewers[VIEWERS];
static unsigned char payload[PAYLOAD + 1], out[TRAIN * (SIZE + 1)], cold[COLD];
static int sender;

static double run(long packets, int train, int encrypts, int sends) {
  double before = cpu();
  for (long i = 0; i < packets;) {
    struct peer *v = &viewers[(i / train) % VIEWERS];
    for (int j = 0; j < train; j++) {
      if (encrypts) protect(v, out + j * SIZE, payload, PAYLOAD);
    }
    if (sends) transmit(sender, v, out, train * SIZE, SIZE);
    i += train;
  }
  return (cpu() - before) / packets;
}

/* Others had the processor meanwhile. */
static double chill(void) {
  double before = cpu();
  for (int i = 0; i < COLD; i += 64) cold[i]++;
  return cpu() - before;
}

static void trains(struct peer *v, int count, int length) {
  int size = HEADER + length + TAG;
  for (int i = 0; i < count; i++) protect(v, out + i * size, payload, length);
  transmit(sender, v, out, count * size, size);
}

/* 30 pictures of 4 packets and 4 that are a byte longer to 50 packets of sound, each as it comes to all viewers. */
static double stream(long packets) {
  double before = cpu();
  long done = 0;
  while (done < packets) {
    for (int turn = 0; turn < 8; turn++) {
      before += chill();
      for (int i = 0; i < VIEWERS; i++) {
        if (turn % 3 == 0) {
          trains(&viewers[i], 4, PAYLOAD);
          trains(&viewers[i], 4, PAYLOAD + 1);
          done += 8;
        } else {
          trains(&viewers[i], 1, SOUND);
          done += 1;
        }
      }
    }
  }
  return (cpu() - before) / done;
}

/* The same in real time: a picture to all viewers 30 times a second, sound 50 times. */
static double live(double seconds) {
  pid_t child = receivers(viewers, VIEWERS);
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  double before = cpu(), picture = 0, sound = 0.007;
  long done = 0;
  while (picture < seconds) {
    int shows = picture < sound;
    until(&start, shows ? picture : sound);
    for (int i = 0; i < VIEWERS; i++) {
      if (shows) {
        trains(&viewers[i], 4, PAYLOAD);
        trains(&viewers[i], 4, PAYLOAD + 1);
        done += 8;
      } else {
        trains(&viewers[i], 1, SOUND);
        done += 1;
      }
    }
    if (shows) picture += 1.0 / 30; else sound += 0.02;
  }
  double nanos = (cpu() - before) / done;
  stop_process(child);
  return nanos;
}

static int serve(void) {
  int poll = open_viewers(viewers, VIEWERS);
  for (int i = 0; i < VIEWERS; i++) printf("%d\n", ntohs(viewers[i].address.sin_port));
  fflush(stdout);
  watch(poll, STDIN_FILENO);
  receive(poll);
  return 0;
}

static void print_live(int seconds) {
  printf("live %.0f\n", live(seconds));
  printf("live-1:1 %.0f\n", live_streams(seconds));
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "receive") == 0) return serve();
  int only_live = argc > 1 && strcmp(argv[1], "live") == 0;
  long packets = argc > 1 && !only_live ? atol(argv[1]) : 200000;
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof any;
  int sink = socket(AF_INET, SOCK_DGRAM, 0);
  sender = socket(AF_INET, SOCK_DGRAM, 0);
  bind(sink, (struct sockaddr *)&any, sizeof any);
  getsockname(sink, (struct sockaddr *)&any, &length);
  for (int i = 0; i < VIEWERS; i++) {
    viewers[i].gcm = key(i, 1);
    viewers[i].address = any;
  }
  run(packets / 4, 16, 1, 1);
  if (only_live) {
    print_live(argc > 2 ? atoi(argv[2]) : 3);
    return 0;
  }
  printf("protect %.0f\n", run(packets, 1, 1, 0));
  printf("send-1 %.0f\n", run(packets, 1, 0, 1));
  printf("send-4 %.0f\n", run(packets, 4, 0, 1));
  printf("send-16 %.0f\n", run(packets, 16, 0, 1));
  printf("both-1 %.0f\n", run(packets, 1, 1, 1));
  printf("both-4 %.0f\n", run(packets, 4, 1, 1));
  printf("both-16 %.0f\n", run(packets, 16, 1, 1));
  printf("stream %.0f\n", stream(packets));
  print_live(packets < 50000 ? 1 : 3);
  return 0;
}
