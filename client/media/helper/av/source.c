#include "client/media/helper/av/source.h"

#include <errno.h>
#include <string.h>

#include <libavformat/avformat.h>

#include "protocol/base/mem.h"

#define SOURCE_BUFFER_SIZE 65536
#define SOURCE_PROBE_SIZE 5000000 /* bytes looked at to find out what it is: FFmpeg's own default */
#define SOURCE_ANALYZE_US 5000000 /* and seconds of media */
#define SOURCE_STREAMS_MAX 32

/* Demuxers, by FFmpeg's names. No playlist (hls, concat, dash, ...), no device, no protocol: a file must not be able to
 * name another. */
static const char image_formats[] = "jpeg_pipe,jpegls_pipe,png_pipe,apng,gif,webp_pipe,bmp_pipe,"
                                    "tiff_pipe,qoi_pipe,j2k_pipe,jpegxl_pipe,"
                                    "pnm_pipe,pbm_pipe,pgm_pipe,ppm_pipe,pam_pipe,pcx_pipe,psd_"
                                    "pipe,dds_pipe,exr_pipe,hdr_pipe,ico,sgi_pipe,sunrast_pipe";
static const char media_formats[] = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,ogg,mpegts,mpeg,flv,"
                                    "asf,mp3,wav,w64,aiff,flac,aac,ac3,eac3,amr,au,caf,"
                                    "wv,ape,tta,dsf,amrnb,amrwb,dts,truehd,mpegvideo,m4v,h264,hevc,"
                                    "ivf,obu,y4m,yuv4mpegpipe,voc,rm,mxf,nut";

/* What AVIO reads from; hangs on its `opaque`. */
struct source {
    os_file file;
    int64_t at, size;
};

static int source_read(void *opaque, uint8_t *bytes, int size)
{
    struct source *source = opaque;
    size_t got = 0;
    if (size <= 0)
        return AVERROR(EINVAL);
    if (!file_read_some(source->file, (uint64_t)source->at, bytes, (size_t)size, &got, NULL))
        return AVERROR(EIO);
    source->at += (int64_t)got;
    return got ? (int)got : AVERROR_EOF;
}

static int64_t source_seek(void *opaque, int64_t offset, int whence)
{
    struct source *source = opaque;
    int64_t base = 0;
    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE:
        return source->size;
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = source->at;
        break;
    case SEEK_END:
        base = source->size;
        break;
    default:
        return AVERROR(EINVAL);
    }
    if (offset < -base || offset > INT64_MAX - base)
        return AVERROR(EINVAL);
    source->at = base + offset;
    return source->at;
}

static void io_close(AVIOContext *io)
{
    if (!io)
        return;
    mem_free(io->opaque);
    av_freep(&io->buffer);
    avio_context_free(&io);
}

struct AVFormatContext *source_open(os_file input, struct err *err)
{
    uint64_t size = 0;
    if (!file_size(input, &size, err))
        return NULL;
    struct source *source = mem_alloc(1, sizeof *source);
    source->file = input;
    source->size = size > INT64_MAX ? INT64_MAX : (int64_t)size;
    AVFormatContext *format = avformat_alloc_context();
    uint8_t *buffer = av_malloc(SOURCE_BUFFER_SIZE);
    AVIOContext *io =
        avio_alloc_context(buffer, SOURCE_BUFFER_SIZE, 0, source, source_read, NULL, source_seek);
    if (!format || !buffer || !io)
        die("Out of memory while opening a file.");

    char whitelist[sizeof image_formats + sizeof media_formats];
    memcpy(whitelist, image_formats, sizeof image_formats);
    whitelist[sizeof image_formats - 1] = ',';
    memcpy(whitelist + sizeof image_formats, media_formats, sizeof media_formats);
    format->format_whitelist = av_strdup(whitelist);
    format->protocol_whitelist = av_strdup(""); /* whatever the file names: not opened */
    format->pb = io;
    format->flags |= AVFMT_FLAG_CUSTOM_IO;
    format->probesize = SOURCE_PROBE_SIZE;
    format->max_analyze_duration = SOURCE_ANALYZE_US;
    format->max_streams = SOURCE_STREAMS_MAX;
    if (avformat_open_input(&format, NULL, NULL, NULL) < 0) { /* frees format, not io */
        io_close(io);
        err_set(err, ERR_FORMAT, "This is no picture, sound or film that Confab knows.");
        return NULL;
    }
    if (avformat_find_stream_info(format, NULL) < 0 || format->nb_streams == 0) {
        source_close(format);
        err_set(err, ERR_FORMAT, "The file is damaged: nothing in it can be read.");
        return NULL;
    }
    return format;
}

void source_close(struct AVFormatContext *format)
{
    if (!format)
        return;
    AVIOContext *io = format->pb;
    avformat_close_input(&format);
    io_close(io);
}

/* Is `word` one of the comma-separated words of `list`? */
static bool list_has(const char *list, const char *word, size_t size)
{
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ",");
        if (length == size && memcmp(at, word, size) == 0)
            return true;
        at += length + (at[length] == ',');
    }
    return false;
}

bool source_is_image(const struct AVFormatContext *format)
{
    const char *name = format->iformat->name; /* may itself be a list: "mov,mp4,m4a" */
    return list_has(image_formats, name, strcspn(name, ","));
}
