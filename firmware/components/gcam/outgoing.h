#pragma once

#include "frames.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <sys/types.h>

namespace esphome::gcam {

/// What is still to be written on one connection: a few bytes of its own, then bytes of a picture.
class Outgoing {
 public:
  /// lwIP takes a write as a whole or not at all where memory is short: four segments are found more often than all.
  static constexpr size_t MOST_AT_ONCE = 5760;

  bool is_empty() const { return this->own_.empty() && this->picture_.empty(); }

  /// Only while it is empty. False: no memory.
  bool put(std::initializer_list<std::string_view> texts) {
    size_t size = 0;
    for (const std::string_view text : texts)
      size += text.size();
    this->memory_.reset(new (std::nothrow) uint8_t[size]);
    if (this->memory_ == nullptr)
      return false;
    uint8_t *end = this->memory_.get();
    for (const std::string_view text : texts)
      end = std::copy(text.begin(), text.end(), end);
    this->own_ = {this->memory_.get(), size};
    return true;
  }
  /// Behind what is to be written already; `bytes` are some of the frame's.
  void put(const Held &frame, std::span<const uint8_t> bytes) {
    this->frame_ = frame;
    this->picture_ = bytes;
  }

  /// One write; what it returns: 0 where nothing goes now, less where the connection is gone.
  template<typename Write> ssize_t send(Write &&write) {
    std::span<const uint8_t> &part = this->own_.empty() ? this->picture_ : this->own_;
    const ssize_t count = write(part.first(std::min(part.size(), MOST_AT_ONCE)));
    if (count > 0)
      part = part.subspan(count);
    if (this->own_.empty())
      this->memory_.reset();
    if (this->picture_.empty())
      this->frame_.release();
    return count;
  }

 protected:
  std::unique_ptr<uint8_t[]> memory_;
  std::span<const uint8_t> own_;
  Held frame_;
  std::span<const uint8_t> picture_;
};

}  // namespace esphome::gcam
