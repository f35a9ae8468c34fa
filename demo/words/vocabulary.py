"""The words of invented titles and taglines, by genre; alternatives are split by semicolons."""

from __future__ import annotations

# genre: (patterns, nouns, adjectives)
TITLE_WORDS: dict[str, tuple[str, str, str]] = {
    "Action": (
        (
            "{adj} {noun};Terminal {noun};The {family} {noun};{noun} at {time};"
            "Maximum {noun};{number} Seconds to {noun};{noun} Run;Code of {noun}"
        ),
        (
            "Impact;Overdrive;Vendetta;Firewall;Ricochet;Redline;Breakwater;Detonation;"
            "Crossfire Road;Payload;Blacktop;Ironside;Undertow;Flashpoint;Burnout;Warpath"
        ),
        "Steel;Crimson;Zero;Hard;Burning;Rogue;Final;Concrete;Velocity;Broken",
    ),
    "Adventure": (
        (
            "The {noun} of {place};Beyond the {adj} {noun};Voyage to {place};"
            "The {adj} {noun};The Lost {noun} of {place};{number} Days to {place};"
            "{name} and the {noun}"
        ),
        (
            "Meridian;Caravan;Compass;Archipelago;Lagoon;Expedition;Sextant;Summit;"
            "Galleon;Labyrinth;Monsoon;Passage;Cataract;Atlas"
        ),
        ("Emerald;Drowned;Southern;Uncharted;Ivory;Silent;Golden;Farthest;Nameless;Copper"),
    ),
    "Animation": (
        (
            "{name} and the {adj} {noun};The {noun} Who Forgot to {verb};Little {noun};"
            "A {noun} Called {name};The {adj} {noun};{noun} Parade"
        ),
        (
            "Snail;Cloud Keeper;Teapot;Moonbeam;Hedgehog;Paper Whale;Lamplighter;"
            "Umbrella;Snowplough;Tin Sparrow;Walrus;Acorn;Clockwork Bear;Puddle"
        ),
        ("Upside-Down;Wandering;Marvellous;Tiny;Singing;Sleepy;Runaway;Invisible;Polka-Dot"),
    ),
    "Comedy": (
        (
            "{noun} for {number};My {noun} and Other {noun2};The {adj} Mr. {family};"
            "Mostly {noun2};Who Invited {name}?;{name} Takes a {noun};"
            "The {family} {noun};Too Many {noun2};No {noun2} Please;Anything but {noun2}"
        ),
        (
            "Weekend;Wedding;Lunch;Landlord;Bungalow;Cousin;Honeymoon;Promotion;"
            "Casserole;Holiday;Parade;Inheritance;Reunion;Parrot;Understudy;Caravan"
        ),
        ("Reluctant;Unsinkable;Perfectly Ordinary;Improbable;Second-Best;Accidental;Amazing"),
    ),
    "Crime": (
        (
            "The {place} {noun};{number} {noun2} Down;The {adj} {noun};{family}'s {noun};"
            "A {noun} in {place};Nobody Pays {family};The {noun} on {place} Street;"
            "{adj} Money"
        ),
        (
            "Job;Ledger;Alibi;Syndicate;Heist;Informer;Witness List;Safecracker;"
            "Jackknife;Bagman;Warrant;Shakedown;Tip-Off;Verdict"
        ),
        "Crooked;Honest;Cheap;Quiet;Marked;Unpaid;Dirty;Borrowed",
    ),
    "Documentary": (
        (
            "The {noun} Makers;{number} Years of {noun2};In Search of {place};"
            "The Last {noun} of {place};{noun}: A Portrait;How the {noun} Was Won Back;"
            "Notes on {noun2};A Season in {place};The {adj} Archive"
        ),
        (
            "Glacier;Orchard;Beekeeper;Lighthouse;River;Typewriter;Ferry;Weaver;Reef;"
            "Signal;Harvest;Darkroom;Night Shift;Quarry"
        ),
        "Paper;Unfinished;Living;Silent;Borrowed;Salt",
    ),
    "Drama": (
        (
            "The {noun} at {place};What {name} {verb2};A {noun} in {time};"
            "The {adj} {noun};{name}'s {noun};The {family} {noun};Letters to {place};"
            "After the {noun};{adj} {noun2};Everything but the {noun};"
            "The Year of the {noun};A House in {place};All the {adj} {noun2}"
        ),
        (
            "Orchard;Inheritance;Piano Tuner;Harbour;Kitchen;Ferryman;Garden Wall;"
            "Schoolroom;Winter Coat;Glassmaker;Allotment;Long Table;Bakery;Empty Pew;"
            "Rehearsal;Tenant;Clockmaker;Violin"
        ),
        (
            "Quiet;Borrowed;Northern;Ordinary;Unspoken;Second;Patient;Distant;Faithful;"
            "Wintering;Small"
        ),
    ),
    "Family": (
        (
            "{name} and the {noun};The {adj} {noun};A {noun} for {name};"
            "The {noun} of {place} Lane;The {family} Family {noun};"
            "{number} Little {noun2};Summer of the {noun}"
        ),
        (
            "Treehouse;Puppy Parade;Snow Day;Pony;Lemonade Stand;Secret Attic;Lost Kite;"
            "Carousel;Old Red Bus;Circus Mouse;Picnic;Toy Mender;Pirate Bath;Firefly"
        ),
        "Great Big;Wonderful;Missing;Flying;Happiest;Ticklish;Borrowed",
    ),
    "Fantasy": (
        (
            "The {noun} of {place};{name} and the {adj} {noun};The {adj} {noun};"
            "Crown of {noun2};The {noun} Beneath {place};Song of the {noun};"
            "The {number} {noun2};A {noun} of {adj} Glass"
        ),
        (
            "Thorn King;Hollow Throne;Starweaver;Griffin;Lantern;Moonwell;Enchanter;"
            "Silver Stag;Rune;Ember Queen;Mirror Gate;Wyrm;Tidecaller;Oracle"
        ),
        "Ninth;Sleeping;Winter;Shadowless;Gilded;Forgotten;Starlit;Thornbound",
    ),
    "Film-Noir": (
        (
            "The {adj} {noun};{noun} at {time};A {noun} for {name};The {place} {noun};"
            "Dead {noun};{name} Lies Twice;{adj} Street;No {noun} for {family};"
            "One {adj} {noun}"
        ),
        (
            "Alibi;Lamplight;Widow;Cigarette;Stranger;Fare;Telegram;Shadow;Motel;"
            "Confession;Nightshade;Blonde;Switchboard;Elevator"
        ),
        "Velvet;Crooked;Bitter;Lonely;Long;Blind;Rainy;Paid-Up;Smoky",
    ),
    "Horror": (
        (
            "The {noun} Below;{adj} {noun};The {noun} at {place};Beneath {place};"
            "Don't Wake {name};It {verb3} at {time};The {family} {noun};{noun} House;"
            "Whisper, {name};The {adj} Hour;They {verb2} the {noun}"
        ),
        (
            "Cellar;Hollow;Effigy;Marrow;Lullaby;Gallows;Nursery;Crawlspace;Mourning;"
            "Scarecrow;Vestry;Burrow;Organist;Governess;Thirteenth Stair;Pall"
        ),
        "Rotten;Buried;Unquiet;Pale;Hungry;Blackwater;Sleepless;Crimson;Withered",
    ),
    "Musical": (
        (
            "{place} Serenade;Sing for {name};The {adj} {noun};{noun} on {place} Avenue;"
            "{name} of the {noun};Dance, {name}, Dance;{number} Songs for {name};"
            "Curtain Up, {family}!;The {noun} Parade"
        ),
        (
            "Footlights;Follies;Chorus Line-Up;Melody;Tap Room;Rhythm;Overture;Bandstand;"
            "Ballroom;Encore;Showboat Hotel;Orchestra;Songbird;Boulevard"
        ),
        "Merry;Starlight;Million-Dollar;Swinging;Silver;Syncopated;Dazzling",
    ),
    "Mystery": (
        (
            "The {noun} of {place};Who Was {name} {family}?;The {adj} {noun};"
            "The {family} {noun};Death at {place};The {number}th {noun};"
            "A {noun} in the {noun3};The Secret of {place};Murder by {noun}"
        ),
        (
            "Cipher;Locked Study;Wax Seal;Lighthouse;Portrait;Vanishing;Postcard;Inkwell;"
            "Music Box;Weathervane;Hourglass;Riddle;Séance;Keeper"
        ),
        "Missing;Whispering;Unsigned;Ivory;Backward;Eleventh;Veiled",
    ),
    "Romance": (
        (
            "{name} in {place};A {noun} for {name};The {adj} {noun};{time}, {name};"
            "Meet Me in {place};Love, {family};{noun} in {place};Two {noun2} to {place};"
            "Dearest {name};Always {name};The {noun} Between Us;Waiting for {place}"
        ),
        (
            "Waltz;Letter;Summer;Postcard;Promise;Balcony;Rose Garden;Umbrella;Ticket;"
            "Honeysuckle;Corner Table;Second Spring;Valentine;Footbridge"
        ),
        "Tender;Almost;Unsent;Foolish;Paper;Late;Parisian;Borrowed",
    ),
    "Sci-Fi": (
        (
            "{noun} {number};The {adj} {noun};Beyond {noun};{place} Station;"
            "The {noun} Protocol;Signal from {noun};Children of the {noun};{adj} Orbit;"
            "The {place} Anomaly;Last Transmission from {place};A {noun} Without Stars"
        ),
        (
            "Helion;Perihelion;Vector;Singularity;Exodus Line;Monad;Tessera;Axiom;"
            "Chronos Gate;Parallax;Synthetic;Terraform;Aphelion;Cryo;Nebula Drive;"
            "Automaton"
        ),
        "Zero;Quantum;Silent;Ninth;Artificial;Infinite;Frozen;Distant;Binary",
    ),
    "Thriller": (
        (
            "The {adj} {noun};{noun} Point;Without {noun};Nobody Saw {name};"
            "The {place} {noun};The {noun} Next Door;{number} Minutes to {time};"
            "Trust {family};A {adj} {noun};The {noun} Affair;Do Not {verb}"
        ),
        (
            "Witness;Passenger;Surveillance;Blackout;Double;Hostage;Deadline;Undertone;"
            "Proxy;Vantage;Countdown;Stalemate;Tripwire;Silencer;Whistle"
        ),
        "Perfect;Hidden;Fatal;Second;Cold;Wrong;Vanishing;Narrow;Reluctant",
    ),
    "War": (
        (
            "The {noun} at {place};{number} Days in {place};The {adj} {noun};"
            "Bridge to {place};The Road from {place};{noun} of the {adj} Brigade;"
            "Letters from {place} Ridge;No {noun} Tomorrow;The {family} Company"
        ),
        (
            "Last Bugle;Garrison;Convoy;Sentry;Salient;Field Hospital;Dispatch;Battery;"
            "Night Patrol;Armistice;Ridge;Rearguard;Signalman;Trench"
        ),
        "Forgotten;Iron;Muddy;Northern;Unknown;Broken;Silent",
    ),
    "Western": (
        (
            "{noun} at {place};The {adj} {noun};{place} Territory;"
            "{number} Graves to {place};Ride to {place};{family}'s {noun};"
            "The {noun} from {place};A Rope for {family};Dust over {place};{adj} Creek"
        ),
        (
            "Showdown;Stagecoach Trail;Bounty;Marshal;Drover;Homesteader;Gallows Tree;"
            "Mustang;Gunsmith;Undertaker;Rustler;Silver Claim;Reckoning;Water Rights"
        ),
        "Crooked;Lonesome;Bitter;Dusty;Red;Broken;Thirsty;Hanging",
    ),
}

# What any genre may draw on.
SHARED_WORDS: dict[str, str] = {
    "name": (
        "Marguerite;Ansel;Odile;Bertrand;Wilhelmina;Tobias;Imogen;Lazlo;Henrietta;"
        "Casimir;Paloma;Augustin;Delphine;Mirela;Oskar;Rosalind;Thaddeus;Ingrid;"
        "Celestine;Barnaby;Noor;Emeline;Kofi;Sunniva"
    ),
    "family": (
        "Harrow;Vance;Ketterley;Marchetti;Delacroix;Osgood;Pemberly;Quill;Sandoval;"
        "Tremaine;Winslow;Abernathy;Corrigan;Falk;Lindqvist;Okafor;Rourke;Thackeray;"
        "Valdane;Brandt"
    ),
    "place": (
        "Saltmarsh;Ravenna;Calloway;Larkspur;Montrose;Esterhazy;Verano;Tallow;Kestrel;"
        "Halcyon;Bellweather;Cormorant;Ashgrove;Trevanion;Marisol;Ostend;Wren;Palisade;"
        "Juniper;Sorrel"
    ),
    "time": (
        "Midnight;Noon;First Light;Low Tide;November;Harvest Time;Last Call;Daybreak;"
        "The Thaw;Leap Year"
    ),
    "number": "Three;Four;Five;Six;Seven;Nine;Eleven;Thirteen",
    "noun2": (
        "Umbrellas;Strangers;Promises;Roses;Oranges;Saints;Ashes;Matches;Mirrors;"
        "Sparrows;Lanterns;Suitcases;Tickets;Pianos;Feathers;Thieves"
    ),
    "noun3": "Conservatory;Library;Fog;Dining Car;Belfry;Orchard;Attic;Tower",
    "verb": "Dream;Answer;Whistle;Look Down;Sleep;Sneeze;Breathe;Dance;Follow;Turn Back",
    "verb2": "Kept;Remembered;Buried;Left Behind;Promised;Carried;Found;Followed",
    "verb3": "Breathes;Waits;Knocks;Feeds;Listens;Hums",
}

TAGLINES: dict[str, str] = {
    "Action": (
        "The clock is the enemy.;One road out. No brakes.;"
        "He was finished. They were not.;Run faster.;This time it is personal, and loud.;"
        "Nothing stops her now."
    ),
    "Adventure": (
        "The map ends here.;Go where the wind is afraid to.;Every treasure has a keeper.;"
        "Nobody comes back the same.;One ship. One storm. One chance."
    ),
    "Animation": (
        "Small hero. Enormous sky.;Adventure comes in all sizes.;"
        "You will believe in puddles.;Friendship has feathers.;"
        "The biggest little story ever drawn."
    ),
    "Comedy": (
        "It seemed a good idea at lunch.;Love, lies and a great deal of soup.;"
        "Somebody has to be the sensible one.;They had one job.;Bring a spare hat.;"
        "A comedy of terrible manners."
    ),
    "Crime": (
        "Everybody takes a cut.;The money was never the point.;Crime pays late.;"
        "One last job. There is always one.;Count it twice.;Every city has a price."
    ),
    "Documentary": (
        "A true story, slowly told.;Listen closely.;The people behind the picture.;"
        "What remains when we look away.;Some things are worth keeping."
    ),
    "Drama": (
        "Some doors stay open.;What we keep, keeps us.;Home is the hardest word.;"
        "A story about staying.;The past writes back.;Nothing small is ever lost.;"
        "It takes a year to say one thing."
    ),
    "Family": (
        "The whole street is invited!;Some friends come with fur.;"
        "A summer they will never forget.;Bring everybody.;Be home before dark."
    ),
    "Fantasy": (
        "Every crown has its price.;Magic remembers.;The old songs were true.;"
        "Beyond the gate, the night begins.;Believe in what glows."
    ),
    "Film-Noir": (
        "She had an alibi for everything but love.;The rain knew his name.;"
        "One wrong turn after midnight.;Trust nobody. Least of all her.;"
        "A city without an honest clock."
    ),
    "Horror": (
        "Leave the light on.;It has been waiting downstairs.;"
        "You locked the door. Which side are you on?;Do not answer.;"
        "Some houses are hungry.;Pray it is the wind."
    ),
    "Musical": (
        "The whole town is singing!;A hundred songs and one heart.;"
        "Tap your troubles away.;Strike up the band!;Every night is opening night."
    ),
    "Mystery": (
        "Every guest has a reason.;The answer is in the room.;"
        "Somebody is lying beautifully.;Read the last page first.;One key. Eleven doors."
    ),
    "Romance": (
        "Some letters arrive late.;They met on the wrong train.;"
        "Love is a matter of weather.;Say it before the tide turns.;Twice in a lifetime.;"
        "It was only supposed to be the summer."
    ),
    "Sci-Fi": (
        "The signal was ours.;We were not the first.;Tomorrow has been cancelled.;"
        "In the silence, something counts.;The future is listening.;"
        "Gravity is only a suggestion."
    ),
    "Thriller": (
        "Someone is still in the house.;Every second is evidence.;Look again.;"
        "You were never alone.;The truth has a blind spot.;He only looked away once."
    ),
    "War": (
        "They held the line.;The longest night of the war.;"
        "Not all of them were soldiers.;Courage has no uniform.;Somebody had to stay."
    ),
    "Western": (
        "The desert keeps its own law.;He came for water. He stayed for justice.;"
        "One town. One bullet. One dawn.;Some debts are paid in dust.;"
        "Ride fast. Forgive slowly."
    ),
}
