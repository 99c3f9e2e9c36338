#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace esphome::gcam {

/// One picture, copied out of the camera's memory, with what stands around it in a stream: every viewer is sent the
/// same bytes.
class Frame {
 public:
  uint32_t number() const { return this->number_; }
  uint64_t taken_us() const { return this->taken_us_; }
  std::span<const uint8_t> jpeg() const { return {this->memory_ + HEAD_ROOM, this->length_}; }
  /// The JPEG with its head before and a line end behind.
  std::span<const uint8_t> part() const {
    return {this->memory_ + HEAD_ROOM - this->head_length_, this->head_length_ + this->length_ + 2};
  }

 protected:
  friend class Frames;
  friend class Held;
  static constexpr size_t HEAD_ROOM = 128;

  uint8_t *memory_{nullptr};
  size_t capacity_{0};
  size_t length_{0};
  size_t head_length_{0};
  uint64_t taken_us_{0};
  uint32_t number_{0};
  uint8_t holders_{0};
};

/// Keeps a frame from being written over while it is sent.
class Held {
 public:
  Held() = default;
  explicit Held(Frame *frame) : frame_(frame) {
    if (frame != nullptr)
      frame->holders_++;
  }
  Held(const Held &other) : Held(other.frame_) {}
  Held &operator=(const Held &other) {
    Frame *former = this->frame_;
    this->frame_ = other.frame_;
    if (this->frame_ != nullptr)
      this->frame_->holders_++;
    if (former != nullptr)
      former->holders_--;
    return *this;
  }
  ~Held() { this->release(); }

  void release() {
    if (this->frame_ != nullptr)
      this->frame_->holders_--;
    this->frame_ = nullptr;
  }
  explicit operator bool() const { return this->frame_ != nullptr; }
  const Frame *operator->() const { return this->frame_; }

 protected:
  Frame *frame_{nullptr};
};

/// The newest picture, and those that are still being sent. The camera has one buffer for all, and gives nobody the
/// next picture while anybody holds the last: so each is copied at once.
class Frames {
 public:
  /// False: no memory, or no JPEG.
  bool take(std::span<const uint8_t> jpeg, uint64_t taken_us);
  /// Nobody wants pictures any more: memory goes back, and none will ever be taken for the newest.
  void rest();

  Held newest() const { return this->newest_; }
  /// Wholly sent to somebody; and missed by somebody who was slow.
  uint32_t sent{0};
  uint32_t skipped{0};
  /// Pictures since the board's start.
  uint32_t taken() const { return this->taken_; }
  /// Of the newest picture that there was; 0: unknown.
  uint16_t width() const { return this->width_; }
  uint16_t height() const { return this->height_; }

 protected:
  // Each connection may still be sending another one; beside them the push, the newest, and the one that is copied.
  static constexpr size_t MOST = GCAM_MAX_CLIENTS + 4 + 3;

  Frame *room_for_(size_t length);
  static bool grow_(Frame &frame, size_t size);
  static void free_(Frame &frame);
  void measure_(std::span<const uint8_t> jpeg);

  Frame frames_[MOST];
  Held newest_;
  uint32_t taken_{0};
  uint16_t width_{0};
  uint16_t height_{0};
};

}  // namespace esphome::gcam
