/* A webcam for tests, by LD_PRELOAD: the path in FAKE_V4L2 is one, and sends the files of the folder FAKE_V4L2_PICTURES.
   FAKE_V4L2_FORMAT is the four letters of the only format it has: MJPG (which it is without) or YUYV.
   What it is asked for is written to FAKE_V4L2_ASKED, a line each: size and format, or a rate. FAKE_V4L2_STATE names a file with one word: `busy`, `denied`, `pulled`, `hung`, or anything else for well. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST_BUFFERS 32
#define BUFFER_BYTES (1 << 20)
#define MOST_PICTURES 256

static int camera = -1, streaming, queued[MOST_BUFFERS], first, count;
static char *buffers[MOST_BUFFERS];
static struct dirent **pictures;
static int picture_count, next_picture;
static struct v4l2_format format;
static unsigned rate = 10;

static int is(const char *word) {
    char text[32] = "";
    const char *path = getenv("FAKE_V4L2_STATE");
    FILE *file = path ? fopen(path, "r") : NULL;
    if (file) {
        if (!fgets(text, sizeof text, file)) text[0] = 0;
        fclose(file);
    }
    return strncmp(text, word, strlen(word)) == 0;
}

static void note(const char *form, ...) {
    FILE *file = fopen(getenv("FAKE_V4L2_ASKED"), "a");
    va_list values;
    if (!file) return;
    va_start(values, form);
    vfprintf(file, form, values);
    va_end(values);
    fclose(file);
}

static int no_dots(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static unsigned only_format(void) {
    const char *name = getenv("FAKE_V4L2_FORMAT");
    return name ? v4l2_fourcc(name[0], name[1], name[2], name[3]) : V4L2_PIX_FMT_MJPEG;
}

static int opened(const char *path, int flags, mode_t mode, const char *name) {
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, name);
    const char *mine = getenv("FAKE_V4L2");
    if (!mine || strcmp(path, mine) != 0) return real(path, flags, mode);
    if (is("busy")) return errno = EBUSY, -1;
    if (is("denied")) return errno = EACCES, -1;
    if (is("pulled")) return errno = ENOENT, -1;
    camera = real("/dev/null", O_RDWR, 0);
    picture_count = scandir(getenv("FAKE_V4L2_PICTURES"), &pictures, no_dots, alphasort);
    streaming = first = count = 0;
    format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    format.fmt.pix.width = 160, format.fmt.pix.height = 120;
    format.fmt.pix.pixelformat = only_format(), format.fmt.pix.field = V4L2_FIELD_NONE;
    format.fmt.pix.sizeimage = BUFFER_BYTES;
    return camera;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened(path, flags, mode, "open");
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened(path, flags, mode, "open64");
}

static const char *seen(const char *path) { /* what there is to see of it is that of another device */
    const char *mine = getenv("FAKE_V4L2");
    return mine && strcmp(path, mine) == 0 && !is("pulled") ? "/dev/null" : path;
}

int stat(const char *restrict path, struct stat *restrict facts) {
    int (*real)(const char *, struct stat *) = dlsym(RTLD_NEXT, "stat");
    return real(seen(path), facts);
}

int stat64(const char *restrict path, struct stat64 *restrict facts) {
    int (*real)(const char *, struct stat64 *) = dlsym(RTLD_NEXT, "stat64");
    return real(seen(path), facts);
}

int close(int file) {
    int (*real)(int) = dlsym(RTLD_NEXT, "close");
    if (file == camera) camera = -1; /* the number may be a socket's next */
    return real(file);
}

static void *mapped(void *at, size_t length, int protection, int flags, int file, off_t offset, const char *name) {
    void *(*real)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, name);
    if (camera < 0 || file != camera) return real(at, length, protection, flags, file, offset);
    int index = (int)(offset / BUFFER_BYTES);
    return buffers[index] = real(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *mmap(void *at, size_t length, int protection, int flags, int file, off_t offset) {
    return mapped(at, length, protection, flags, file, offset, "mmap");
}

void *mmap64(void *at, size_t length, int protection, int flags, int file, off_t offset) {
    return mapped(at, length, protection, flags, file, offset, "mmap64");
}

static int fill(struct v4l2_buffer *buffer) {
    char path[4096];
    struct timespec now, pause = {0, 1000000000L / rate};
    while (is("hung")) nanosleep(&pause, NULL);
    nanosleep(&pause, NULL);
    if (is("pulled")) return errno = ENODEV, -1;
    if (!count) return errno = EAGAIN, -1;
    int index = queued[first];
    first = (first + 1) % MOST_BUFFERS, count--;
    snprintf(path, sizeof path, "%s/%s", getenv("FAKE_V4L2_PICTURES"), pictures[next_picture++ % picture_count]->d_name);
    FILE *file = fopen(path, "rb");
    buffer->bytesused = file ? fread(buffers[index], 1, BUFFER_BYTES, file) : 0;
    if (file) fclose(file);
    clock_gettime(CLOCK_MONOTONIC, &now);
    buffer->index = index, buffer->length = BUFFER_BYTES;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC, buffer->field = V4L2_FIELD_NONE;
    buffer->timestamp.tv_sec = now.tv_sec, buffer->timestamp.tv_usec = now.tv_nsec / 1000;
    return 0;
}

int ioctl(int file, unsigned long request, ...) {
    int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (camera < 0 || file != camera) return real(file, request, argument);
    switch ((unsigned)request) {
    case (unsigned)VIDIOC_QUERYCAP: {
        struct v4l2_capability *told = argument;
        memset(told, 0, sizeof *told);
        strcpy((char *)told->card, "Fake webcam");
        told->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
        told->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    }
    case (unsigned)VIDIOC_ENUMINPUT: {
        struct v4l2_input *input = argument;
        if (input->index) return errno = EINVAL, -1;
        strcpy((char *)input->name, "Camera");
        input->type = V4L2_INPUT_TYPE_CAMERA, input->std = 0, input->status = 0;
        return 0;
    }
    case (unsigned)VIDIOC_G_INPUT: return *(int *)argument = 0;
    case (unsigned)VIDIOC_S_INPUT: return 0;
    case (unsigned)VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *one = argument;
        if (one->index) return errno = EINVAL, -1;
        strcpy((char *)one->description, "Its only one");
        one->pixelformat = only_format();
        one->flags = one->pixelformat == V4L2_PIX_FMT_YUYV ? 0 : V4L2_FMT_FLAG_COMPRESSED;
        return 0;
    }
    case (unsigned)VIDIOC_G_FMT: memcpy(argument, &format, sizeof format); return 0;
    case (unsigned)VIDIOC_S_FMT: /* as drivers do: what it has instead of what it was asked for */
    case (unsigned)VIDIOC_TRY_FMT: {
        struct v4l2_pix_format *asked = &((struct v4l2_format *)argument)->fmt.pix;
        note("%ux%u %.4s\n", asked->width, asked->height, (char *)&asked->pixelformat);
        memcpy(argument, &format, sizeof format);
        return 0;
    }
    case (unsigned)VIDIOC_G_PARM:
    case (unsigned)VIDIOC_S_PARM: {
        struct v4l2_streamparm *told = argument;
        struct v4l2_fract *every = &told->parm.capture.timeperframe;
        if ((unsigned)request == (unsigned)VIDIOC_S_PARM && every->numerator) {
            rate = every->denominator / every->numerator;
            note("%u a second\n", rate);
        }
        told->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
        every->numerator = 1, every->denominator = rate;
        return 0;
    }
    case (unsigned)VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *wanted = argument;
        if (wanted->count > 4) wanted->count = 4;
        return 0;
    }
    case (unsigned)VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = argument;
        buffer->length = BUFFER_BYTES, buffer->m.offset = buffer->index * BUFFER_BYTES;
        return 0;
    }
    case (unsigned)VIDIOC_QBUF: {
        queued[(first + count++) % MOST_BUFFERS] = ((struct v4l2_buffer *)argument)->index;
        return 0;
    }
    case (unsigned)VIDIOC_DQBUF: return fill(argument);
    case (unsigned)VIDIOC_STREAMON: streaming = 1; return 0;
    case (unsigned)VIDIOC_STREAMOFF: streaming = 0; return 0;
    default: return errno = ENOTTY, -1;
    }
}
