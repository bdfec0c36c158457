/*
 * What the relay does for one viewer's packet, in C: copy, header, AES-128-GCM by OpenSSL's EVP with the key schedule kept,
 * send. Prints nanoseconds of thread CPU time per packet for each way, one line each: "NAME NANOS".
 *
 *   gcc -O2 -o fanout fanout.c -lcrypto && ./fanout PACKETS-PER-WAY
 *
 * The last way, "live", sends the stream as it comes, at 2 Mbit/s for three seconds, to a socket per viewer that another process
 * reads: what a gateway's CPU per packet is to be held against, which sleeps between pictures and wakes who receives them.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum { VIEWERS = 200, HEADER = 12, PAYLOAD = 1188, TAG = 16, SIZE = HEADER + PAYLOAD + TAG, TRAIN = 16, SOUND = 160, COLD = 4 << 20 };

struct viewer {
  EVP_CIPHER_CTX *gcm;
  struct sockaddr_in address;
  unsigned short sequence;
};

static struct viewer viewers[VIEWERS];
static unsigned char payload[PAYLOAD + 1], out[TRAIN * (SIZE + 1)], cold[COLD];
static int sink, sender;

static double cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void protect(struct viewer *v, unsigned char *packet, int length) {
  unsigned char iv[12] = {0};
  int n;
  packet[0] = 0x80;
  packet[1] = 96;
  packet[2] = v->sequence >> 8;
  packet[3] = v->sequence;
  memset(packet + 4, 0, 8);
  memcpy(packet + HEADER, payload, length);
  iv[10] = v->sequence >> 8;
  iv[11] = v->sequence++;
  EVP_EncryptInit_ex(v->gcm, NULL, NULL, NULL, iv);
  EVP_EncryptUpdate(v->gcm, NULL, &n, packet, HEADER);
  EVP_EncryptUpdate(v->gcm, packet + HEADER, &n, packet + HEADER, length);
  EVP_EncryptFinal_ex(v->gcm, packet + HEADER + length, &n);
  EVP_CIPHER_CTX_ctrl(v->gcm, EVP_CTRL_GCM_GET_TAG, TAG, packet + HEADER + length);
}

static void transmit(struct viewer *v, int count, int size) {
  char control[CMSG_SPACE(sizeof(unsigned short))] = {0};
  struct iovec vector = {out, (size_t)count * size};
  struct msghdr message = {.msg_name = &v->address, .msg_namelen = sizeof v->address, .msg_iov = &vector, .msg_iovlen = 1};
  if (count > 1) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof(unsigned short));
    *(unsigned short *)CMSG_DATA(c) = size;
  }
  if (sendmsg(sender, &message, 0) < 0) {
    perror("sendmsg");
    exit(1);
  }
}

static double run(long packets, int train, int encrypts, int sends) {
  double before = cpu();
  for (long i = 0; i < packets;) {
    struct viewer *v = &viewers[(i / train) % VIEWERS];
    for (int j = 0; j < train; j++) {
      if (encrypts) protect(v, out + j * SIZE, PAYLOAD);
    }
    if (sends) transmit(v, train, SIZE);
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

static void trains(struct viewer *v, int count, int length) {
  for (int i = 0; i < count; i++) protect(v, out + i * (HEADER + length + TAG), length);
  transmit(v, count, HEADER + length + TAG);
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

/* A process that reads what every viewer's socket gets, in rows, as a load test does. */
static pid_t receivers(void) {
  int poll = epoll_create1(0), on = 1;
  for (int i = 0; i < VIEWERS; i++) {
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof any;
    struct epoll_event event = {.events = EPOLLIN};
    event.data.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    setsockopt(event.data.fd, SOL_UDP, UDP_GRO, &on, sizeof on);
    bind(event.data.fd, (struct sockaddr *)&any, sizeof any);
    getsockname(event.data.fd, (struct sockaddr *)&viewers[i].address, &length);
    epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event);
  }
  pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  static char buffer[1 << 16];
  struct epoll_event ready[64];
  for (;;) {
    int count = epoll_wait(poll, ready, 64, 1000);
    for (int i = 0; i < count; i++) {
      while (recv(ready[i].data.fd, buffer, sizeof buffer, 0) > 0) continue;
    }
  }
}

static void until(struct timespec *start, double seconds) {
  struct timespec t = *start;
  long nanos = t.tv_nsec + (long)(seconds * 1e9);
  t.tv_sec += nanos / 1000000000;
  t.tv_nsec = nanos % 1000000000;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* The same in real time: a picture to all viewers 30 times a second, sound 50 times. */
static double live(double seconds) {
  pid_t child = receivers();
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
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return nanos;
}

int main(int argc, char **argv) {
  long packets = argc > 1 ? atol(argv[1]) : 200000;
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof any;
  sink = socket(AF_INET, SOCK_DGRAM, 0);
  sender = socket(AF_INET, SOCK_DGRAM, 0);
  bind(sink, (struct sockaddr *)&any, sizeof any);
  getsockname(sink, (struct sockaddr *)&any, &length);
  for (int i = 0; i < VIEWERS; i++) {
    unsigned char key[16];
    memset(key, i, sizeof key);
    viewers[i].gcm = EVP_CIPHER_CTX_new();
    viewers[i].address = any;
    EVP_EncryptInit_ex(viewers[i].gcm, EVP_aes_128_gcm(), NULL, key, NULL);
  }
  run(packets / 4, 16, 1, 1);
  printf("protect %.0f\n", run(packets, 1, 1, 0));
  printf("send-1 %.0f\n", run(packets, 1, 0, 1));
  printf("send-4 %.0f\n", run(packets, 4, 0, 1));
  printf("send-16 %.0f\n", run(packets, 16, 0, 1));
  printf("both-1 %.0f\n", run(packets, 1, 1, 1));
  printf("both-4 %.0f\n", run(packets, 4, 1, 1));
  printf("both-16 %.0f\n", run(packets, 16, 1, 1));
  printf("stream %.0f\n", stream(packets));
  printf("live %.0f\n", live(packets < 50000 ? 1 : 3));
  return 0;
}
