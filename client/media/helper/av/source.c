#include "client/media/helper/av/source.h"

#include <errno.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/cpu.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

#define SOURCE_BUFFER_SIZE 65536
#define SOURCE_PROBE_SIZE 5000000 /* bytes looked at to find out what it is: FFmpeg's own default */
#define SOURCE_ANALYZE_US 5000000 /* and seconds of media */
#define SOURCE_STREAMS_MAX 32

/* Demuxers, by FFmpeg's names. No playlist (hls, concat, dash, ...), no device, no protocol: a file must not be able to
 * name another. No bare H.261 and H.263, which many an archive is taken for. */
static const char image_formats[] = "jpeg_pipe,jpegls_pipe,png_pipe,apng,gif,webp_pipe,bmp_pipe,"
                                    "tiff_pipe,qoi_pipe,j2k_pipe,jpegxl_pipe,"
                                    "pnm_pipe,pbm_pipe,pgm_pipe,ppm_pipe,pam_pipe,pcx_pipe,psd_"
                                    "pipe,dds_pipe,exr_pipe,hdr_pipe,ico,sgi_pipe,sunrast_pipe";
static const char media_formats[] =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,ogg,mpegts,mpeg,flv,live_flv,asf,mp3,wav,w64,aiff,"
    "flac,aac,ac3,eac3,amr,amrnb,amrwb,au,caf,wv,ape,tta,tak,shn,dsf,iff,dts,dtshd,truehd,mlp,mpc,"
    "mpc8,mpegvideo,m4v,h264,hevc,mjpeg,vc1,ivf,obu,av1,yuv4mpegpipe,voc,rm,mxf,mxg,gxf,"
    "nut,dv,wtv,oma,gsm,sln,sox,nsv,ircam,paf,avr,loas,mmf,rso,smjpeg,cavsvideo,dirac,dnxhd,wve";
/* What is opened only by a click: these are programs for an instrument, and their players are old. */
static const char clicked_formats[] = "libopenmpt,libmodplug";

/* Decoders, by FFmpeg's names: none that loads something, shows text, or talks to a device. */
static const char decoders[] =
    /* film */
    "h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1,mpeg1video,mpeg2video,mpegvideo,mpeg4,msmpeg4v1,"
    "msmpeg4v2,msmpeg4,h261,h263,h263i,h263p,flv,wmv1,wmv2,wmv3,vc1,prores,mjpeg,mjpegb,theora,vp3,"
    "vp6,vp6f,vp6a,dvvideo,dnxhd,cinepak,indeo2,indeo3,indeo4,indeo5,svq1,svq3,rv10,rv20,rv30,rv40,"
    "huffyuv,ffvhuff,ffv1,utvideo,rawvideo,v210,qtrle,rpza,smc,8bps,msrle,msvideo1,cfhd,hap,"
    "magicyuv,zmbv,flashsv,flashsv2,fraps,lagarith,cavs,dirac,snow,speedhq,amv,smackvid,"
    /* pictures, and the covers of records */
    "png,apng,gif,webp,bmp,tiff,qoi,jpeg2000,libopenjpeg,libjxl,jpegls,pbm,pgm,ppm,pam,pcx,psd,dds,"
    "exr,sgi,sunrast,targa,"
    /* sound */
    "mp3float,mp3,mp2float,mp2,mp1float,mp1,aac,aac_latm,vorbis,libvorbis,opus,libopus,flac,alac,"
    "ac3,eac3,dca,truehd,mlp,wmav1,wmav2,wmapro,wmalossless,wmavoice,amrnb,libopencore_amrnb,amrwb,"
    "libopencore_amrwb,ape,wavpack,tta,tak,shorten,als,mpc7,mpc8,gsm,gsm_ms,libgsm,libgsm_ms,speex,"
    "libspeex,nellymoser,cook,real_144,real_288,sipr,atrac1,atrac3,atrac3al,atrac3plus,"
    "atrac3plusal,"
    "qdm2,qdmc,mace3,mace6,g722,g723_1,g726,g726le,g729,ilbc,libilbc,truespeech,dolby_e,s302m,"
    "8svx_exp,8svx_fib,dsd_lsbf,dsd_msbf,dsd_lsbf_planar,dsd_msbf_planar,dst,"
    "pcm_alaw,pcm_mulaw,pcm_vidc,pcm_bluray,pcm_dvd,pcm_lxf,pcm_f16le,pcm_f24le,pcm_f32be,"
    "pcm_f32le,pcm_f64be,pcm_f64le,pcm_s8,pcm_s8_planar,pcm_u8,pcm_s16be,pcm_s16be_planar,"
    "pcm_s16le,pcm_s16le_planar,pcm_s24be,pcm_s24daud,pcm_s24le,pcm_s24le_planar,pcm_s32be,"
    "pcm_s32le,pcm_s32le_planar,pcm_s64be,pcm_s64le,pcm_u16be,pcm_u16le,pcm_u24be,pcm_u24le,"
    "pcm_u32be,pcm_u32le,adpcm_4xm,adpcm_ima_amv,adpcm_ima_qt,"
    "adpcm_ima_wav,adpcm_ima_ws,adpcm_ms,adpcm_sbpro_2,adpcm_sbpro_3,adpcm_sbpro_4,adpcm_swf,"
    "adpcm_yamaha,adpcm_ct,adpcm_adx,adpcm_ea,adpcm_xa";

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

/* Films and sounds whose own head says all: to decode the first picture of a large one to find out is not needed. */
static bool knows_all(const AVFormatContext *format)
{
    if (strncmp(format->iformat->name, "mov,", 4) != 0 &&
        strncmp(format->iformat->name, "matroska,", 9) != 0)
        return false;
    for (unsigned i = 0; i < format->nb_streams; i++) {
        const AVCodecParameters *par = format->streams[i]->codecpar;
        if ((par->codec_type == AVMEDIA_TYPE_VIDEO && (par->width < 1 || par->height < 1)) ||
            (par->codec_type == AVMEDIA_TYPE_AUDIO && par->sample_rate < 1) ||
            par->codec_id == AV_CODEC_ID_NONE)
            return false;
    }
    return format->nb_streams > 0 && format->duration > 0;
}

/* Matroska may begin late, and only its first packet says so. */
static void find_begin(AVFormatContext *format)
{
    AVPacket *packet = av_packet_alloc();
    if (!packet)
        die("Out of memory while opening a file.");
    if (av_read_frame(format, packet) >= 0 && packet->pts != AV_NOPTS_VALUE) {
        const AVRational base = format->streams[packet->stream_index]->time_base;
        format->start_time = av_rescale_q(packet->pts, base, AV_TIME_BASE_Q);
        for (unsigned i = 0; i < format->nb_streams; i++)
            format->streams[i]->start_time =
                av_rescale_q(packet->pts, base, format->streams[i]->time_base);
        av_seek_frame(format, -1, format->start_time, AVSEEK_FLAG_BACKWARD);
    }
    av_packet_free(&packet);
}

static AVFormatContext *open_io(AVIOContext *io, bool clicked, struct err *err)
{
    char formats[sizeof image_formats + sizeof media_formats + sizeof clicked_formats];
    str_format(formats, sizeof formats, "%s,%s", media_formats,
               clicked ? clicked_formats : image_formats);
    AVFormatContext *format = avformat_alloc_context();
    if (!format)
        die("Out of memory while opening a file.");
    format->format_whitelist = av_strdup(formats);
    format->codec_whitelist = av_strdup(decoders);
    format->protocol_whitelist = av_strdup(""); /* whatever the file names: not opened */
    format->pb = io;
    format->flags |= AVFMT_FLAG_CUSTOM_IO;
    format->probesize = SOURCE_PROBE_SIZE;
    format->max_analyze_duration = SOURCE_ANALYZE_US;
    format->max_streams = SOURCE_STREAMS_MAX;
    if (avformat_open_input(&format, NULL, NULL, NULL) < 0) { /* frees format, not io */
        err_set(err, ERR_FORMAT, "This is no picture, sound or film that Confab knows.");
        return NULL;
    }
    const bool ready = !clicked && knows_all(format);
    if ((!ready && avformat_find_stream_info(format, NULL) < 0) || format->nb_streams == 0) {
        avformat_close_input(&format);
        err_set(err, ERR_FORMAT, "The file is damaged: nothing in it can be read.");
        return NULL;
    }
    if (ready && strncmp(format->iformat->name, "matroska,", 9) == 0)
        find_begin(format);
    return format;
}

struct AVFormatContext *source_open(os_file input, struct err *err)
{
    uint64_t size = 0;
    if (!file_size(input, &size, err))
        return NULL;
    struct source *source = mem_alloc(1, sizeof *source);
    source->file = input;
    source->size = size > INT64_MAX ? INT64_MAX : (int64_t)size;
    uint8_t *buffer = av_malloc(SOURCE_BUFFER_SIZE);
    AVIOContext *io =
        avio_alloc_context(buffer, SOURCE_BUFFER_SIZE, 0, source, source_read, NULL, source_seek);
    if (!buffer || !io)
        die("Out of memory while opening a file.");
    AVFormatContext *format = open_io(io, false, err);
    if (!format)
        io_close(io);
    return format;
}

struct AVFormatContext *source_open_played(struct AVIOContext *io, struct err *err)
{
    return open_io(io, true, err);
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

int source_film(const struct AVFormatContext *format)
{
    const int film = av_find_best_stream((AVFormatContext *)(uintptr_t)format, AVMEDIA_TYPE_VIDEO,
                                         -1, -1, NULL, 0);
    return film >= 0 && format->streams[film]->disposition & AV_DISPOSITION_ATTACHED_PIC ? -1
                                                                                         : film;
}

const struct AVCodec *source_decoder(int codec_id)
{
    const AVCodec *decoder = avcodec_find_decoder((enum AVCodecID)codec_id);
    return decoder && av_match_list(decoder->name, decoders, ',') > 0 ? decoder : NULL;
}

int64_t source_us(int64_t stamp, AVRational base)
{
    const int64_t us = av_rescale_q(stamp, base, AV_TIME_BASE_Q);
    return us > SOURCE_US_MOST ? SOURCE_US_MOST : us < -SOURCE_US_MOST ? -SOURCE_US_MOST : us;
}

int64_t source_duration_ms(const struct AVFormatContext *format)
{
    int64_t duration = format->duration;
    /* Matroska says when its end comes, counted from 0: it may begin later */
    if (strncmp(format->iformat->name, "matroska,", 9) == 0 && format->start_time > 0 &&
        format->start_time < duration)
        duration -= format->start_time;
    if (duration <= 0 || duration / 1000 > DURATION_MAX_MS)
        return 0;
    return duration / (AV_TIME_BASE / 1000);
}

struct AVCodecContext *source_open_decoder(const struct AVStream *stream, int threads, int lowres)
{
    const AVCodec *decoder = source_decoder((int)stream->codecpar->codec_id);
    AVCodecContext *codec = decoder ? avcodec_alloc_context3(decoder) : NULL;
    if (!codec)
        return NULL;
    const int cores = av_cpu_count();
    avcodec_parameters_to_context(codec, stream->codecpar);
    codec->pkt_timebase = stream->time_base;
    codec->max_pixels = SOURCE_PIXELS_MAX;
    codec->lowres = lowres;
    codec->thread_count = threads != SOURCE_SLICES     ? threads
                          : cores > SOURCE_THREADS_MAX ? SOURCE_THREADS_MAX
                                                       : cores;
    codec->thread_type =
        threads == SOURCE_SLICES ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
    if (avcodec_open2(codec, decoder, NULL) < 0)
        avcodec_free_context(&codec);
    return codec;
}
