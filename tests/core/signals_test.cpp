#include "core/signals.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace carica {
namespace {

TEST(StopSignals, TurnsSignalsIntoARequest) {
  const StopSignals signals;
  EXPECT_EQ(StopSignals::requested(), 0);
  EXPECT_EQ(StopSignals::exit_code(), 0);
  ::raise(SIGINT);
  EXPECT_EQ(StopSignals::requested(), SIGINT);
  EXPECT_EQ(StopSignals::exit_code(), 130);
  StopSignals::reset();
  EXPECT_EQ(StopSignals::requested(), 0);
  ::raise(SIGTERM);
  EXPECT_EQ(StopSignals::exit_code(), 75);
}

TEST(StopSignals, KeepsTheSignalThatCameFirst) {
  const StopSignals signals;
  ::raise(SIGTERM);
  ::raise(SIGTERM);
  ::raise(SIGINT);
  EXPECT_EQ(StopSignals::requested(), SIGTERM);
}

TEST(StopSignals, OutlivesItsObjectUntilTheNextIsMade) {
  {
    const StopSignals signals;
    ::raise(SIGINT);
  }
  EXPECT_EQ(StopSignals::requested(), SIGINT);
  const StopSignals signals;
  EXPECT_EQ(StopSignals::requested(), 0);
}

TEST(StopSignals, RestoresTheEarlierHandlers) {
  struct sigaction action {
  }, old{}, now{};
  action.sa_handler = [](int) {};
  ::sigaction(SIGTERM, &action, &old);
  {
    const StopSignals signals;
    ::sigaction(SIGTERM, nullptr, &now);
    EXPECT_NE(now.sa_handler, action.sa_handler);
  }
  ::sigaction(SIGTERM, &old, &now);
  EXPECT_EQ(now.sa_handler, action.sa_handler);
}

TEST(StopSignals, OneWithinAnotherKeepsItsRequestAndItsHandlers) {
  const StopSignals outer;
  ::raise(SIGTERM);
  {
    const StopSignals inner;
    EXPECT_EQ(StopSignals::requested(), SIGTERM);
  }
  StopSignals::reset();
  ::raise(SIGTERM);
  EXPECT_EQ(StopSignals::requested(), SIGTERM);
}

TEST(StopSignals, TakesALostTerminalForTermination) {
  const StopSignals signals;
  ::raise(SIGHUP);
  EXPECT_EQ(StopSignals::requested(), SIGHUP);
  EXPECT_EQ(StopSignals::exit_code(), 75);
}

TEST(StopSignals, LeavesWhatIsIgnoredAlone) {
  for (const int signal : {SIGINT, SIGHUP}) {
    auto* const before = ::signal(signal, SIG_IGN);
    {
      const StopSignals signals;
      ::raise(signal);
      EXPECT_EQ(StopSignals::requested(), 0);
    }
    EXPECT_EQ(::signal(signal, before), SIG_IGN);
  }
}

TEST(StopSignals, EndsTheProcessAtTheSecondInterrupt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const StopSignals signals;
        ::raise(SIGINT);
        ::raise(SIGINT);
      },
      ::testing::ExitedWithCode(130), "");
}

}  // namespace
}  // namespace carica
