#define _GNU_SOURCE
#include "peer.h"
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

static void fail(const char *what) {
  perror(what);
  exit(1);
}

double cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

void until(const struct timespec *start, double seconds) {
  struct timespec t = *start;
  long nanos = t.tv_nsec + (long)(seconds * 1e9);
  t.tv_sec += nanos / 1000000000;
  t.tv_nsec = nanos % 1000000000;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

int open_socket(struct sockaddr_in *address) {
  int on = 1, opened = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  socklen_t length = sizeof *address;
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (opened < 0) fail("socket");
  setsockopt(opened, SOL_UDP, UDP_GRO, &on, sizeof on);
  if (bind(opened, (struct sockaddr *)address, sizeof *address) < 0) fail("bind");
  getsockname(opened, (struct sockaddr *)address, &length);
  return opened;
}

EVP_CIPHER_CTX *key(int number, int encrypts) {
  unsigned char bytes[16];
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  memset(bytes, number, sizeof bytes);
  EVP_CipherInit_ex(context, EVP_aes_128_gcm(), NULL, bytes, NULL, encrypts);
  return context;
}

void initialisation_vector(unsigned char *iv, const unsigned char *packet) {
  memset(iv, 0, 10);
  memcpy(iv + 10, packet + 2, 2);
}

void protect(struct peer *to, unsigned char *packet, const unsigned char *payload, int length) {
  unsigned char iv[12];
  int n;
  packet[0] = 0x80;
  packet[1] = 96;
  packet[2] = to->sequence >> 8;
  packet[3] = to->sequence++;
  memset(packet + 4, 0, 8);
  memcpy(packet + HEADER, payload, length);
  initialisation_vector(iv, packet);
  EVP_EncryptInit_ex(to->gcm, NULL, NULL, NULL, iv);
  EVP_EncryptUpdate(to->gcm, NULL, &n, packet, HEADER);
  EVP_EncryptUpdate(to->gcm, packet + HEADER, &n, packet + HEADER, length);
  EVP_EncryptFinal_ex(to->gcm, packet + HEADER + length, &n);
  EVP_CIPHER_CTX_ctrl(to->gcm, EVP_CTRL_GCM_GET_TAG, TAG, packet + HEADER + length);
}

void transmit(int socket, const struct peer *to, const unsigned char *packets, int length, int size) {
  char control[CMSG_SPACE(sizeof(unsigned short))] = {0};
  struct sockaddr_in address = to->address;
  struct iovec vector = {(void *)packets, length};
  struct msghdr message = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &vector, .msg_iovlen = 1};
  if (length > size) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof(unsigned short));
    *(unsigned short *)CMSG_DATA(c) = size;
  }
  if (sendmsg(socket, &message, 0) < 0) fail("sendmsg");
}

void watch(int poll, int descriptor) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0) fail("epoll_ctl");
}

int open_viewers(struct peer *viewers, int count) {
  int poll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    viewers[i].socket = open_socket(&viewers[i].address);
    watch(poll, viewers[i].socket);
  }
  return poll;
}

void receive(int poll) {
  static char buffer[1 << 16];
  struct epoll_event ready[64];
  for (;;) {
    int count = epoll_wait(poll, ready, 64, 1000);
    for (int i = 0; i < count; i++) {
      if (ready[i].data.fd == STDIN_FILENO) return;
      while (recv(ready[i].data.fd, buffer, sizeof buffer, 0) > 0) continue;
    }
  }
}

pid_t start_process(void) {
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

void stop_process(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

pid_t receivers(struct peer *viewers, int count) {
  int poll = open_viewers(viewers, count);
  pid_t child = start_process();
  if (child == 0) {
    receive(poll);
    exit(0);
  }
  close(poll);
  for (int i = 0; i < count; i++) close(viewers[i].socket);
  return child;
}
