/* What PortAudio calls for every block: it needs no interpreter, so that nothing that Python does can
   make the loudspeaker run dry, and a quiet microphone costs nothing.

   Rule: one stream's callback owns its `Stream`; only `rests` is also written by other threads. A
   `Player` is shared under its lock, which nobody holds for longer than some copying.
   native.py and player.py declare the same structures to Python. */

#if !defined(__APPLE__)
#define _POSIX_C_SOURCE 200809L
#endif

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    double inputBufferAdcTime;
    double currentTime;
    double outputBufferDacTime;
} Times;

typedef int Callback(const void *heard, void *out, unsigned long frames, const Times *times,
                     unsigned long flags, void *stream);

/* --- the microphone --------------------------------------------------------------------------- */

typedef struct {
    Callback *forward;      /* what Python is called by */
    float *kept;            /* blocks that Python was not given yet, interleaved */
    unsigned long room;     /* frames that may be kept without a word */
    unsigned long untold;   /* frames that were */
    unsigned long channels;
    float power;            /* mean square of the first channel that wakes Python */
    int rests;              /* whether Python may be left asleep */
} Stream;

static int is_loud(const Stream *stream, const float *heard, unsigned long frames)
{
    float sum = 0.0f;
    for (unsigned long frame = 0; frame < frames; frame++) {
        float sample = heard[frame * stream->channels];
        sum += sample * sample;
    }
    return sum > stream->power * (float)frames;
}

static int may_sleep(const Stream *stream, unsigned long frames, unsigned long flags)
{
    return __atomic_load_n(&stream->rests, __ATOMIC_ACQUIRE) && !flags
        && stream->untold + 2 * frames <= stream->room;
}

/* Keep quiet blocks while nobody listens closely; hand on all that is kept with the next other. */
int her_heard(const void *heard, void *out, unsigned long frames, const Times *times,
              unsigned long flags, void *user)
{
    Stream *stream = user;
    int sleeps = may_sleep(stream, frames, flags) && !is_loud(stream, heard, frames);
    if (!sleeps && !stream->untold)
        return stream->forward(heard, out, frames, times, flags, user);
    memcpy(stream->kept + stream->untold * stream->channels, heard,
           frames * stream->channels * sizeof(float));
    stream->untold += frames;
    if (sleeps)
        return 0;
    unsigned long all = stream->untold;
    stream->untold = 0;
    return stream->forward(stream->kept, out, all, times, flags, user);
}

void her_rest(Stream *stream, int rests)
{
    __atomic_store_n(&stream->rests, rests, __ATOMIC_RELEASE);
}

/* --- the loudspeaker -------------------------------------------------------------------------- */

typedef struct {
    double now;               /* when the device asked, on Python's time.monotonic */
    double currentTime;
    double outputBufferDacTime;
    unsigned long flags;
    unsigned long silence;    /* frames of silence right before this block, told of with it */
    unsigned long frames;     /* those of the block */
    unsigned long position;   /* how many samples that were handed over had been played before it */
    unsigned long tail;       /* so many frames die away at its beginning, */
    unsigned long played;     /* then come so many that were handed over, and then silence */
    unsigned long is_silent;
} Block;

enum { BLOCKS = 512, FADING = 4096 };

typedef struct {
    pthread_mutex_t lock;
    unsigned long channels, fade;
    unsigned long room;               /* samples that may be coming */
    unsigned long ring;               /* samples that each of the two rings holds: those, twice */
    unsigned long written, read;      /* samples, counted from the first */
    float *coming;                    /* the last samples written */
    float tail[FADING];
    unsigned long tail_begin, tail_end;
    float last;
    unsigned long recorded;           /* samples, counted from the first that was not silent */
    float *record;                    /* the last of them, as they were played */
    Block blocks[BLOCKS];
    unsigned long recorded_at[BLOCKS];
    unsigned long told, happened;     /* blocks, counted from the first */
    double asked_at;
} Player;

void her_player_free(Player *player)
{
    if (!player)
        return;
    pthread_mutex_destroy(&player->lock);
    free(player->coming);
    free(player->record);
    free(player);
}

/* `room` samples may be coming, `fade` of them are what a sound dies away within. */
Player *her_player_new(unsigned long channels, unsigned long room, unsigned long fade)
{
    Player *player = calloc(1, sizeof *player);
    if (!player)
        return NULL;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    /* A thread that was put aside in the middle of copying runs on where the device waits for it. */
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&player->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    player->channels = channels;
    player->room = room;
    player->ring = 2 * room;
    player->fade = fade < FADING ? fade : FADING;
    player->coming = calloc(player->ring, sizeof(float));
    player->record = calloc(player->ring, sizeof(float));
    if (player->coming && player->record)
        return player;
    her_player_free(player);
    return NULL;
}

static void into_ring(const Player *player, float *ring, unsigned long at, const float *pcm,
                      unsigned long count)
{
    unsigned long begin = at % player->ring, until_end = player->ring - begin;
    unsigned long first = count < until_end ? count : until_end;
    memcpy(ring + begin, pcm, first * sizeof(float));
    memcpy(ring, pcm + first, (count - first) * sizeof(float));
}

static void from_ring(const Player *player, float *pcm, const float *ring, unsigned long at,
                      unsigned long count)
{
    unsigned long begin = at % player->ring, until_end = player->ring - begin;
    unsigned long first = count < until_end ? count : until_end;
    memcpy(pcm, ring + begin, first * sizeof(float));
    memcpy(pcm + first, ring, (count - first) * sizeof(float));
}

static double monotonic(void)
{
    struct timespec now;
#if defined(__APPLE__)
    clock_gettime(CLOCK_UPTIME_RAW, &now);
#else
    clock_gettime(CLOCK_MONOTONIC, &now);
#endif
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Put samples behind those that are coming; return how many of them there was room for. */
unsigned long her_append(Player *player, const float *pcm, unsigned long count)
{
    pthread_mutex_lock(&player->lock);
    unsigned long free_room = player->room - (player->written - player->read);
    if (count > free_room)
        count = free_room;
    into_ring(player, player->coming, player->written, pcm, count);
    player->written += count;
    pthread_mutex_unlock(&player->lock);
    return count;
}

/* Drop what is coming from that sample on; what is sounding dies away in what would have come. */
void her_cut(Player *player, unsigned long position)
{
    pthread_mutex_lock(&player->lock);
    unsigned long end = position > player->read ? position : player->read;
    if (end < player->written) {
        if (end == player->read && player->read) {
            float sample = 0.0f;
            for (unsigned long index = 0; index < player->fade; index++) {
                if (end + index < player->written)
                    sample = player->coming[(end + index) % player->ring];
                float share = 1.0f - (float)(index + 1) / (float)player->fade;
                player->tail[index] = share * sample;
            }
            player->tail_begin = 0;
            player->tail_end = player->fade;
        }
        player->written = end;
    }
    pthread_mutex_unlock(&player->lock);
}

static unsigned long die_away(Player *player, float *out, unsigned long frames)
{
    unsigned long count = player->tail_end - player->tail_begin;
    if (count > frames)
        count = frames;
    memcpy(out, player->tail + player->tail_begin, count * sizeof(float));
    player->tail_begin += count;
    return count;
}

/* Fill the first `frames` of `out` with one channel, and say in `block` what that was. */
static void render(Player *player, float *out, unsigned long frames, Block *block)
{
    unsigned long filled = die_away(player, out, frames);
    block->tail = filled;
    block->position = player->read;
    unsigned long count = player->written - player->read;
    if (count > frames - filled)
        count = frames - filled;
    from_ring(player, out + filled, player->coming, player->read, count);
    player->read += count;
    block->played = count;
    filled += count;
    if (filled < frames) {
        float last = filled ? out[filled - 1] : player->last;
        if (player->tail_begin == player->tail_end && last != 0.0f) {
            for (unsigned long index = 0; index < player->fade; index++)
                player->tail[index] = last * (1.0f - (float)(index + 1) / (float)player->fade);
            player->tail_begin = 0;
            player->tail_end = player->fade;
        }
        filled += die_away(player, out + filled, frames - filled);
    }
    block->is_silent = !filled;
    memset(out + filled, 0, (frames - filled) * sizeof(float));
    player->last = frames ? out[frames - 1] : player->last;
}

static void take_note(Player *player, const Block *block, const float *out)
{
    if (block->is_silent && !block->flags && player->happened > player->told) {
        Block *before = &player->blocks[(player->happened - 1) % BLOCKS];
        if (before->is_silent && !before->flags) {
            unsigned long silence = before->silence + before->frames;
            *before = *block;
            before->silence = silence;
            return;
        }
    }
    player->blocks[player->happened % BLOCKS] = *block;
    player->recorded_at[player->happened % BLOCKS] = player->recorded;
    player->happened++;
    if (player->happened - player->told > BLOCKS)
        player->told = player->happened - BLOCKS;
    if (block->is_silent)
        return;
    into_ring(player, player->record, player->recorded, out, block->frames);
    player->recorded += block->frames;
}

/* Play what is coming, else silence. */
int her_play(const void *heard, void *sound, unsigned long frames, const Times *times,
             unsigned long flags, void *user)
{
    Player *player = user;
    float *out = sound;
    Block block = {monotonic(), times->currentTime, times->outputBufferDacTime,
                   flags, 0, frames, 0, 0, 0, 0};
    (void)heard;
    pthread_mutex_lock(&player->lock);
    player->asked_at = block.now;
    render(player, out, frames, &block);
    take_note(player, &block, out);
    pthread_mutex_unlock(&player->lock);
    if (player->channels > 1)
        for (unsigned long frame = frames; frame-- > 0;)
            for (unsigned long channel = player->channels; channel-- > 0;)
                out[frame * player->channels + channel] = out[frame];
    return 0;
}

/* Give the oldest block not told of yet, and as `pcm` what was played; whether there was one. */
int her_told(Player *player, Block *block, float *pcm)
{
    pthread_mutex_lock(&player->lock);
    int is_there = player->told < player->happened;
    if (is_there) {
        unsigned long first = player->recorded_at[player->told % BLOCKS];
        *block = player->blocks[player->told % BLOCKS];
        player->told++;
        if (!block->is_silent)
            from_ring(player, pcm, player->record, first, block->frames);
    }
    pthread_mutex_unlock(&player->lock);
    return is_there;
}

/* Whether there is a block that was not told of; asked often, so without the lock. */
int her_has_news(Player *player)
{
    return __atomic_load_n(&player->told, __ATOMIC_RELAXED)
        != __atomic_load_n(&player->happened, __ATOMIC_RELAXED);
}

double her_asked_at(Player *player)
{
    pthread_mutex_lock(&player->lock);
    double asked_at = player->asked_at;
    pthread_mutex_unlock(&player->lock);
    return asked_at;
}
