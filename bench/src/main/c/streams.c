/*
 * Many streams with one viewer each, as weir loadtest --publishers 100 --viewers 100 --kbps 1000 makes them: publishers in one
 * process, viewers in another, and between them a thread that has one socket for all, waits, reads in rows, and for each row
 * decrypts, encrypts with the viewer's key and sends, in trains as they came. Nothing else that a relay does.
 */
#define _GNU_SOURCE
#include "streams.h"
#include "peer.h"
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum {
  STREAMS = 100,
  PICTURES_PER_SECOND = 30,
  SOUNDS_PER_SECOND = 50,
  KEYFRAME_EVERY = 60,
  KEYFRAME_SIZE = 3,
  /* 1 Mbit/s of pictures, of which a keyframe counts as three. */
  MEAN_PICTURE = 1000 * 125 * KEYFRAME_EVERY / (KEYFRAME_EVERY + KEYFRAME_SIZE - 1) / PICTURES_PER_SECOND,
  LONGEST_PAYLOAD = 1100,
  ROWS = 8,
  ROW = 1 << 16,
  BUFFER = 4 << 20
};

static struct peer publishers[STREAMS], viewers[STREAMS];
static EVP_CIPHER_CTX *publisher_keys[STREAMS];
/* The publisher that sends from a port. */
static unsigned char stream_of_port[1 << 16];
static unsigned char payload[ROW], out[ROW];

/* --- a publisher */

static void publish(struct peer *to, int count, int length) {
  int size = HEADER + length + TAG;
  if (count == 0) return;
  for (int i = 0; i < count; i++) protect(to, out + i * size, payload, length);
  transmit(to->socket, to, out, count * size, size);
}

/* A picture of varying size in packets that differ by a byte. */
static void publish_picture(struct peer *to, int is_keyframe) {
  int size = MEAN_PICTURE * (is_keyframe ? KEYFRAME_SIZE : 1) * (0.7 + 0.6 * drand48());
  int count = (size + LONGEST_PAYLOAD - 1) / LONGEST_PAYLOAD;
  int longer = size % count;
  publish(to, count - longer, size / count);
  publish(to, longer, size / count + 1);
}

/* Publishes in real time; the times of the streams, and their keyframes, lie evenly apart. */
static void publish_all(void) {
  struct timespec start;
  double picture = 0, sound = 0.5 / SOUNDS_PER_SECOND / STREAMS;
  long pictures = 0, sounds = 0;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (;;) {
    if (picture < sound) {
      int stream = pictures % STREAMS;
      until(&start, picture);
      publish_picture(&publishers[stream], (pictures / STREAMS + stream) % KEYFRAME_EVERY == 0);
      picture = (double)++pictures / PICTURES_PER_SECOND / STREAMS;
    } else {
      until(&start, sound);
      publish(&publishers[sounds % STREAMS], 1, SOUND);
      sound = (++sounds + 0.5) / SOUNDS_PER_SECOND / STREAMS;
    }
  }
}

/* --- the relay */

static void unprotect(EVP_CIPHER_CTX *key, unsigned char *packet, int length) {
  unsigned char iv[12];
  int n;
  initialisation_vector(iv, packet);
  EVP_DecryptInit_ex(key, NULL, NULL, NULL, iv);
  EVP_DecryptUpdate(key, NULL, &n, packet, HEADER);
  EVP_DecryptUpdate(key, payload, &n, packet + HEADER, length);
  EVP_CIPHER_CTX_ctrl(key, EVP_CTRL_GCM_SET_TAG, TAG, packet + HEADER + length);
  if (EVP_DecryptFinal_ex(key, payload + length, &n) <= 0) {
    fprintf(stderr, "not authentic\n");
    exit(1);
  }
}

/* Sends a row of packets on, all of `size` but for a shorter last one; returns how many they are. */
static int forward(int socket, int stream, unsigned char *row, int length, int size) {
  int count = 0;
  for (int offset = 0; offset < length; offset += size, count++) {
    int text = (length - offset < size ? length - offset : size) - HEADER - TAG;
    unprotect(publisher_keys[stream], row + offset, text);
    protect(&viewers[stream], out + offset, payload, text);
  }
  transmit(socket, &viewers[stream], out, length, size);
  return count;
}

static int segment_size(struct msghdr *message, int length) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) return *(int *)CMSG_DATA(c);
  }
  return length;
}

/* Reads until fewer rows came than there is room for; returns how many packets were sent on. */
static int relay_turn(int socket) {
  static unsigned char data[ROWS][ROW];
  static union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr aligned;
  } controls[ROWS];
  struct sockaddr_in sources[ROWS];
  struct iovec vectors[ROWS];
  struct mmsghdr messages[ROWS];
  int count, sent = 0;
  do {
    for (int i = 0; i < ROWS; i++) {
      vectors[i] = (struct iovec){data[i], ROW};
      messages[i].msg_hdr = (struct msghdr){.msg_name = &sources[i], .msg_namelen = sizeof sources[i], .msg_iov = &vectors[i],
        .msg_iovlen = 1, .msg_control = &controls[i], .msg_controllen = sizeof controls[i]};
    }
    count = recvmmsg(socket, messages, ROWS, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
      int length = messages[i].msg_len;
      sent += forward(socket, stream_of_port[ntohs(sources[i].sin_port)], data[i], length,
        segment_size(&messages[i].msg_hdr, length));
    }
  } while (count == ROWS);
  return sent;
}

static double relay(int socket, double seconds) {
  struct timespec start, now;
  struct epoll_event ready;
  int poll = epoll_create1(0);
  long sent = 0;
  watch(poll, socket);
  clock_gettime(CLOCK_MONOTONIC, &start);
  double before = cpu();
  do {
    if (epoll_wait(poll, &ready, 1, 100) > 0) sent += relay_turn(socket);
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) * 1e-9 < seconds);
  double nanos = (cpu() - before) / sent;
  close(poll);
  return nanos;
}

double live_streams(double seconds) {
  struct sockaddr_in port, source;
  int public = open_socket(&port), buffer = BUFFER;
  setsockopt(public, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  for (int i = 0; i < STREAMS; i++) {
    publishers[i] = (struct peer){.gcm = key(i, 1), .address = port, .socket = open_socket(&source)};
    stream_of_port[ntohs(source.sin_port)] = i;
    publisher_keys[i] = key(i, 0);
    viewers[i].gcm = key(STREAMS + i, 1);
  }
  pid_t receiving = receivers(viewers, STREAMS), publishing = start_process();
  if (publishing == 0) publish_all();
  double nanos = relay(public, seconds);
  stop_process(publishing);
  stop_process(receiving);
  return nanos;
}
