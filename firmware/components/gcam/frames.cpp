#include "frames.h"

#include "esphome/core/helpers.h"
#include "text.h"

#include <cstring>

namespace esphome::gcam {

// Pictures differ in length: rounded up, their memory is used again instead of moved.
static constexpr size_t STEP = 16 * 1024;

bool Frames::take(std::span<const uint8_t> jpeg, uint64_t taken_us) {
  if (jpeg.size() < 4 || jpeg[0] != 0xFF || jpeg[1] != 0xD8)
    return false;
  this->taken_++;
  Frame *frame = this->room_for_(jpeg.size());
  if (frame == nullptr)
    return false;
  frame->number_ = this->taken_;
  frame->taken_us_ = taken_us;
  frame->length_ = jpeg.size();
  std::memcpy(frame->memory_ + Frame::HEAD_ROOM, jpeg.data(), jpeg.size());
  std::memcpy(frame->memory_ + Frame::HEAD_ROOM + jpeg.size(), "\r\n", 2);

  TextOf<Frame::HEAD_ROOM> head;
  head.addf("--gcam\r\nContent-Type: image/jpeg\r\nContent-Length: %u\r\n", static_cast<unsigned>(jpeg.size()));
  head.addf("X-Timestamp: %u.%06u\r\nX-Frame: %u\r\n\r\n", static_cast<unsigned>(taken_us / 1000000),
            static_cast<unsigned>(taken_us % 1000000), static_cast<unsigned>(frame->number_));
  frame->head_length_ = head.view().size();
  std::memcpy(frame->memory_ + Frame::HEAD_ROOM - frame->head_length_, head.view().data(), frame->head_length_);

  this->newest_ = Held(frame);
  this->measure_(jpeg);
  return true;
}

void Frames::rest() {
  this->newest_.release();
  for (Frame &frame : this->frames_) {
    if (frame.holders_ == 0)
      free_(frame);
  }
}

Frame *Frames::room_for_(size_t length) {
  const size_t size = Frame::HEAD_ROOM + length + 2;
  Frame *idle = nullptr;
  for (Frame &frame : this->frames_) {
    if (frame.holders_ != 0)
      continue;
    if (frame.capacity_ >= size)
      return &frame;
    if (idle == nullptr || frame.capacity_ > idle->capacity_)
      idle = &frame;
  }
  if (idle == nullptr)
    return nullptr;
  if (grow_(*idle, size))
    return idle;
  for (Frame &frame : this->frames_) {
    if (frame.holders_ == 0)
      free_(frame);
  }
  return grow_(*idle, size) ? idle : nullptr;
}

bool Frames::grow_(Frame &frame, size_t size) {
  free_(frame);
  const size_t capacity = (size + STEP - 1) / STEP * STEP;
  frame.memory_ = RAMAllocator<uint8_t>().allocate(capacity);
  if (frame.memory_ == nullptr)
    return false;
  frame.capacity_ = capacity;
  return true;
}

void Frames::free_(Frame &frame) {
  if (frame.memory_ != nullptr)
    RAMAllocator<uint8_t>().deallocate(frame.memory_, frame.capacity_);
  frame.memory_ = nullptr;
  frame.capacity_ = 0;
}

/// What the picture itself says, as a sensor may be set to another size at any time.
void Frames::measure_(std::span<const uint8_t> jpeg) {
  size_t at = 2;
  while (at + 9 < jpeg.size() && jpeg[at] == 0xFF) {
    const uint8_t marker = jpeg[at + 1];
    const size_t length = jpeg[at + 2] << 8 | jpeg[at + 3];
    if (marker == 0xC0 || marker == 0xC1 || marker == 0xC2) {
      this->height_ = jpeg[at + 5] << 8 | jpeg[at + 6];
      this->width_ = jpeg[at + 7] << 8 | jpeg[at + 8];
      return;
    }
    at += 2 + length;
  }
}

}  // namespace esphome::gcam
