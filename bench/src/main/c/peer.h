/* What all ways share: peers with a key and an address each, what is sent to them, and the processes around the sender. */
#ifndef PEER_H
#define PEER_H
#include <netinet/in.h>
#include <openssl/evp.h>
#include <sys/types.h>
#include <time.h>

enum { HEADER = 12, TAG = 16, TRAIN = 16, SOUND = 160 };

struct peer {
  EVP_CIPHER_CTX *gcm;
  struct sockaddr_in address;
  int socket;
  unsigned short sequence;
};

/* Nanoseconds of CPU of this thread. */
double cpu(void);

/* Sleeps until so many seconds after `start`, of the monotonic clock. */
void until(const struct timespec *start, double seconds);

/* Opens a socket on loopback that takes trains as they come; tells its address. */
int open_socket(struct sockaddr_in *address);

/* Returns the key of this number, to encrypt with or to decrypt. */
EVP_CIPHER_CTX *key(int number, int encrypts);

/* Makes the 12 bytes of a packet's initialisation vector, which differ by sequence number. */
void initialisation_vector(unsigned char *iv, const unsigned char *packet);

/* Copies the payload behind a new header, encrypts it, adds the tag. */
void protect(struct peer *to, unsigned char *packet, const unsigned char *payload, int length);

/* Sends packets of `size`, the last may be shorter, by one call; exits when that fails. */
void transmit(int socket, const struct peer *to, const unsigned char *packets, int length, int size);

/* Has `poll` tell when there is something to read. */
void watch(int poll, int descriptor);

/* Opens a socket for each viewer and returns the epoll that tells which can be read. */
int open_viewers(struct peer *viewers, int count);

/* Reads what the viewers get, in rows, as a load test does; returns at the end of standard input, if that is watched. */
void receive(int poll);

/* Starts a process that receives for the viewers, which this one then only knows by address. */
pid_t receivers(struct peer *viewers, int count);

/* Starts a process that ends with this one; 0 = the caller is in it. */
pid_t start_process(void);

void stop_process(pid_t child);

#endif
