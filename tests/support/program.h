#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace carica::test {

/// A program that was started, its stdout and stderr read through pipes.
class Program {
 public:
  struct Result {
    int exit_code = -1;  // 128 + signal when a signal ended it
    std::string out, err;
  };

  /// Starts `arguments[0]` in `folder`.
  Program(const std::vector<std::string>& arguments, const std::filesystem::path& folder) {
    int out[2], err[2];
    if (pipe(out) != 0 || pipe(err) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      dup2(err[1], STDERR_FILENO);
      for (const int end : {out[0], out[1], err[0], err[1]}) close(end);
      if (chdir(folder.c_str()) != 0) _exit(126);
      std::vector<char*> raw;
      for (const auto& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
      raw.push_back(nullptr);
      execv(raw[0], raw.data());
      _exit(127);
    }
    close(out[1]);
    close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Program() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(out_);
    close(err_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(int signal) { kill(pid_, signal); }

  /// Reads until stderr holds `text`, or the program ends. True when it was seen.
  bool wait_for(const std::string& text) {
    return read_until([&] { return result_.err.find(text) != std::string::npos; });
  }

  /// The same of stdout.
  bool wait_for_output(const std::string& text) {
    return read_until([&] { return result_.out.find(text) != std::string::npos; });
  }

  /// Reads to the end.
  Result finish() {
    read_until([] { return false; });
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result_;
  }

 private:
  bool read_until(const std::function<bool()>& done) {
    while (!done()) {
      pollfd fds[2] = {{out_open_ ? out_ : -1, POLLIN, 0}, {err_open_ ? err_ : -1, POLLIN, 0}};
      if (!out_open_ && !err_open_) return false;
      poll(fds, 2, -1);
      char buffer[4096];
      if (fds[0].revents != 0) out_open_ = take(out_, buffer, sizeof buffer, result_.out);
      if (fds[1].revents != 0) err_open_ = take(err_, buffer, sizeof buffer, result_.err);
    }
    return true;
  }
  static bool take(int from, char* buffer, std::size_t size, std::string& into) {
    const auto count = read(from, buffer, size);
    if (count > 0) into.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
  bool out_open_ = true, err_open_ = true;
  Result result_;
};

/// Runs a program to its end.
inline Program::Result run_program(const std::vector<std::string>& arguments,
                                   const std::filesystem::path& folder) {
  return Program(arguments, folder).finish();
}

}  // namespace carica::test
