// The peer of `make bench`: nothing but libcurl, one easy handle and one connection a thread, the same bytes COUNT times into the
// same sink. No store, no gate, no ledger: what the library and the wire can do on this machine in this run.
// usage: raw-libcurl URL FILE COUNT THREADS
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *url, *body;
static size_t body_size;
static long count;
static atomic_long next_message, failures;

struct upload { size_t offset; };

static size_t read_body(char *buffer, size_t size, size_t items, void *context) {
    struct upload *upload = context;
    size_t room = size * items, left = body_size - upload->offset, take = left < room ? left : room;
    memcpy(buffer, body + upload->offset, take);
    upload->offset += take;
    return take;
}

static size_t ignore(char *buffer, size_t size, size_t items, void *context) { return size * items; }

static void *run(void *context) {
    CURL *curl = curl_easy_init();
    struct upload upload;
    struct curl_slist *recipients = curl_slist_append(NULL, "<zoe@example.lu>");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<atelier@example.lu>");
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)body_size);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    while (atomic_fetch_add(&next_message, 1) < count) {
        upload.offset = 0;
        if (curl_easy_perform(curl) != CURLE_OK) atomic_fetch_add(&failures, 1);
    }
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 5) return 64;
    url = argv[1];
    count = atol(argv[3]);
    int threads = atoi(argv[4]);
    FILE *file = fopen(argv[2], "rb");
    if (!file) return 66;
    body = malloc(1 << 20);
    body_size = fread(body, 1, 1 << 20, file);
    fclose(file);
    curl_global_init(CURL_GLOBAL_ALL);
    pthread_t ids[64];
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < threads; i++) pthread_create(&ids[i], NULL, run, NULL);
    for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9;
    printf("%.0f\n", count / seconds);
    return failures ? 1 : 0;
}
