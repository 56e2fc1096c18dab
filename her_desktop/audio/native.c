/* What PortAudio calls for every block, and what calls Python only where there is something to say.

   Rule: one stream's callback owns its `Stream`; only `rests` is also written by other threads.
   native.py declares the same structures to Python. */

#include <string.h>

typedef struct {
    double inputBufferAdcTime;
    double currentTime;
    double outputBufferDacTime;
} Times;

typedef int Callback(const void *heard, void *out, unsigned long frames, const Times *times,
                     unsigned long flags, void *stream);

typedef struct {
    Callback *forward;      /* what Python is called by */
    float *kept;            /* a microphone's blocks that Python was not given yet, interleaved */
    unsigned long room;     /* frames that may be kept, or played as silence, without a word */
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

/* Play silence while there is nothing to play; `untold` says how much of it went before. */
int her_asked(const void *heard, void *out, unsigned long frames, const Times *times,
              unsigned long flags, void *user)
{
    Stream *stream = user;
    if (!may_sleep(stream, frames, flags))
        return stream->forward(heard, out, frames, times, flags, user);
    memset(out, 0, frames * stream->channels * sizeof(float));
    stream->untold += frames;
    return 0;
}

void her_rest(Stream *stream, int rests)
{
    __atomic_store_n(&stream->rests, rests, __ATOMIC_RELEASE);
}
